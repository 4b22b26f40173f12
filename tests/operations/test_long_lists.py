"""Lists of 10,000 rows, paged to the end: every row once, on as few pages as can be.

On PostgreSQL, whose planner is asked too; elsewhere 2,000 rows prove the same of the tokens.
"""

import datetime
from dataclasses import dataclass
from math import ceil
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cognito_auth.choices import AuthEventResponse, AuthEventType, UserImportJobStatus
from cognito_auth.models import (
    AuthEvent,
    Device,
    GroupMembership,
    IdentityProvider,
    LinkedIdentity,
    Passkey,
    ResourceServer,
    Terms,
    TokenFamily,
    User,
    UserImportJob,
    UserPool,
    UserPoolClient,
    UserPoolGroup,
)
from cognito_auth.services import sessions
from cognito_auth.services.tokens import issue
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, UserPoolGroupFactory, moment

pytestmark = pytest.mark.django_db

ROWS = 10_000 if connection.vendor == "postgresql" else 2_000
ROWS_OVER_HTTP = 500
ROWS_PLANNED = 3_000
OF_NO_POOL = frozenset({"list_user_pools", "list_web_authn_credentials"})


@dataclass(frozen=True)
class List:
    """A list operation: what it is asked and where its rows and tokens are."""

    method: str
    rows: str
    name: str
    request: dict[str, Any]
    limit: tuple[str, int] = ("MaxResults", 60)
    token: str = "NextToken"


def make(model, rows):
    made = model._default_manager.bulk_create(rows, batch_size=1000)
    if connection.vendor == "postgresql":
        # The planner would take the table for empty; elsewhere its own housekeeping tells it.
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return made


def users(pool, number):
    return make(
        User,
        [
            User(pool=pool, username=f"person{n}", username_key=f"person{n}", email=f"person{n}@example.com")
            for n in range(number)
        ],
    )


def clients(pool, number):
    return make(
        UserPoolClient,
        [UserPoolClient(id=f"{pool.pk[-9:].lower()}{n:017}", pool=pool, name="web") for n in range(number)],
    )


def groups(pool, number):
    return make(UserPoolGroup, [UserPoolGroup(pool=pool, name=f"group{n}") for n in range(number)])


def list_of_pools(pool, number):
    # The one that every test has is among them.
    made = make(UserPool, [UserPool(id=f"eu-west-1_{n:09}", name="people") for n in range(number - 1)])
    return List("list_user_pools", "UserPools", "Id", {}), {row.pk for row in made} | {pool.pk}


def list_of_users(pool, number):
    made = {row.username for row in users(pool, number)}
    return List("list_users", "Users", "Username", {}, ("Limit", 60), "PaginationToken"), made


def list_of_members(pool, number):
    group = UserPoolGroupFactory(pool=pool, name="readers")
    made = users(pool, number)
    make(GroupMembership, [GroupMembership(group=group, user=user) for user in made])
    found = List("list_users_in_group", "Users", "Username", {"GroupName": "readers"}, ("Limit", 60))
    return found, {user.username for user in made}


def list_of_groups(pool, number):
    return List("list_groups", "Groups", "GroupName", {}, ("Limit", 60)), {row.name for row in groups(pool, number)}


def list_of_groups_of_a_user(pool, number):
    user = UserFactory(pool=pool, username="jane")
    made = groups(pool, number)
    make(GroupMembership, [GroupMembership(group=group, user=user) for group in made])
    found = List("admin_list_groups_for_user", "Groups", "GroupName", {"Username": "jane"}, ("Limit", 60))
    return found, {row.name for row in made}


def list_of_clients(pool, number):
    return List("list_user_pool_clients", "UserPoolClients", "ClientId", {}), {row.pk for row in clients(pool, number)}


def list_of_providers(pool, number):
    made = make(
        IdentityProvider,
        [IdentityProvider(pool=pool, name=f"Partner{n}", name_key=f"partner{n}", type="OIDC") for n in range(number)],
    )
    found = List("list_identity_providers", "Providers", "ProviderName", {}, ("MaxResults", 50))
    return found, {row.name for row in made}


def list_of_resource_servers(pool, number):
    made = make(ResourceServer, [ResourceServer(pool=pool, identifier=f"shop{n}", name="Shop") for n in range(number)])
    found = List("list_resource_servers", "ResourceServers", "Identifier", {}, ("MaxResults", 50))
    return found, {row.identifier for row in made}


def list_of_import_jobs(pool, number):
    made = make(
        UserImportJob,
        [
            UserImportJob(
                id=f"import-{pool.pk[-9:]}{n:06}", pool=pool, name="first", status=UserImportJobStatus.SUCCEEDED
            )
            for n in range(number)
        ],
    )
    found = List("list_user_import_jobs", "UserImportJobs", "JobId", {}, token="PaginationToken")
    return found, {row.pk for row in made}


def list_of_terms(pool, number):
    made = make(
        Terms,
        [Terms(pool=pool, client=client, name="terms-of-use", links={}) for client in clients(pool, number)],
    )
    return List("list_terms", "Terms", "TermsId", {}), {str(row.pk) for row in made}


def list_of_devices(pool, number):
    user = UserFactory(pool=pool, username="jane")
    made = make(
        Device,
        [
            Device(
                key=f"eu-west-1_{pool.pk[-9:]}{n:027}",
                user=user,
                confirmed_at=moment(),
                created_at=moment(),
                last_modified_at=moment(),
                # Many were used at the same time.
                last_authenticated_at=moment() + datetime.timedelta(seconds=n // 100),
            )
            for n in range(number)
        ],
    )
    found = List("admin_list_devices", "Devices", "DeviceKey", {"Username": "jane"}, ("Limit", 60), "PaginationToken")
    return found, {row.key for row in made}


def list_of_auth_events(pool, number):
    pool.user_pool_add_ons = {"AdvancedSecurityMode": "AUDIT"}
    pool.save(update_fields=["user_pool_add_ons"])
    user = UserFactory(pool=pool, username="jane")
    made = make(
        AuthEvent,
        [
            AuthEvent(
                pool=pool,
                user=user,
                type=AuthEventType.SIGN_IN,
                response=AuthEventResponse.PASS,
                created_at=moment() + datetime.timedelta(seconds=n // 100),
            )
            for n in range(number)
        ],
    )
    found = List("admin_list_user_auth_events", "AuthEvents", "EventId", {"Username": "jane"})
    return found, {str(row.pk) for row in made}


def list_of_sessions(pool, number):
    user = UserFactory(pool=pool, username="jane")
    client = UserPoolClientFactory(pool=pool)
    made = make(
        TokenFamily,
        [
            TokenFamily(
                user=user,
                client=client,
                scope="openid",
                authenticated_at=timezone.now() - datetime.timedelta(seconds=n // 100),
                expires_at=timezone.now() + datetime.timedelta(days=1),
                token_epoch=user.token_epoch,
            )
            for n in range(number)
        ],
    )
    found = List("admin_list_user_sessions", "Sessions", "SessionId", {"Username": "jane"}, ("", sessions.PAGE_SIZE))
    return found, {sessions.id_of(row.origin_jti) for row in made}


def list_of_passkeys(pool, number):
    user = UserFactory(pool=pool, username="jane", confirmed=True)
    client = UserPoolClientFactory(pool=pool)
    now = timezone.now()
    token = issue.issue(user, client, authenticated_at=now, token_epoch=user.token_epoch, now=now).access_token
    made = make(Passkey, [Passkey(user=user, credential_id=f"{pool.pk}{n}") for n in range(number)])
    found = List(
        "list_web_authn_credentials", "Credentials", "CredentialId", {"AccessToken": token}, ("MaxResults", 20)
    )
    return found, {row.credential_id for row in made}


LISTS = [
    list_of_pools,
    list_of_users,
    list_of_members,
    list_of_groups,
    list_of_groups_of_a_user,
    list_of_clients,
    list_of_providers,
    list_of_resource_servers,
    list_of_import_jobs,
    list_of_terms,
    list_of_devices,
    list_of_sessions,
    list_of_passkeys,
    list_of_auth_events,
]


def pages_of(client, asked, pool):
    limit, size = asked.limit
    request = dict(asked.request)
    if asked.method not in OF_NO_POOL:
        request["UserPoolId"] = pool.pk
    if client.can_paginate(asked.method):
        yield from client.get_paginator(asked.method).paginate(**request, PaginationConfig={"PageSize": size})
        return
    if limit:
        request[limit] = size
    answer = getattr(client, asked.method)(**request)
    yield answer
    while asked.token in answer:
        answer = getattr(client, asked.method)(**request, **{asked.token: answer[asked.token]})
        yield answer


def check_every_row_once(client, asked, made, pool):
    pages = [[row[asked.name] for row in page[asked.rows]] for page in pages_of(client, asked, pool)]

    found = [name for page in pages for name in page]
    assert len(found) == len(made)
    assert set(found) == made
    assert len(pages) == ceil(len(made) / asked.limit[1])


class TestToTheEnd:
    @pytest.mark.parametrize("rows", LISTS)
    def test_gives_every_row_once(self, cognito, rows):
        pool = UserPoolFactory()
        asked, made = rows(pool, ROWS)

        check_every_row_once(cognito, asked, made, pool)

    def test_gives_every_row_once_to_boto3(self, boto3_client):
        pool = UserPoolFactory()
        asked, made = list_of_groups(pool, ROWS_OVER_HTTP)

        check_every_row_once(boto3_client, asked, made, pool)


def plans_of(statements):
    """Return what PostgreSQL would do for each statement that reads a page."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}".replace("%", "%%"), [])
            yield cursor.fetchone()[0][0]["Plan"]


def nodes_of(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes_of(inner)


# Nobody here is linked; PostgreSQL reads an empty table without its index.
EMPTY = frozenset({LinkedIdentity._meta.db_table})
# Of one user's sessions those that have ended, and of one user's events those of no kind of AWS's.
WITH_A_FILTER = (list_of_sessions, list_of_auth_events)


@pytest.mark.postgresql
class TestPlans:
    @pytest.mark.parametrize("rows", LISTS)
    def test_read_each_page_from_an_index(self, cognito, rows):
        pool = UserPoolFactory()
        asked, _made = rows(pool, ROWS_PLANNED)
        if rows is not list_of_pools:
            rows(UserPoolFactory(), ROWS_PLANNED)
        pages = pages_of(cognito, asked, pool)
        next(pages)

        with CaptureQueriesContext(connection) as queries:
            next(pages)

        end = f" LIMIT {asked.limit[1] + 1}"
        statements = [query["sql"] for query in queries if query["sql"].endswith(end)]
        assert statements
        for plan in plans_of(statements):
            nodes = [
                (node["Node Type"], node.get("Index Name"), node.get("Filter"))
                for node in nodes_of(plan)
                if node.get("Relation Name") not in EMPTY
            ]
            assert [node for node in nodes if node[0] in ("Sort", "Incremental Sort", "Seq Scan")] == []
            # What is read and thrown away would grow with the table.
            assert [node for node in nodes if node[2] and rows not in WITH_A_FILTER] == []
