"""Lists of 10,000 rows, paged to the end: every row once, on as few pages as can be."""

import datetime
from dataclasses import dataclass
from math import ceil
from typing import Any

import pytest
from django.db import connection

from cognito_auth.choices import AuthEventResponse, AuthEventType, UserImportJobStatus
from cognito_auth.models import (
    AuthEvent,
    Device,
    GroupMembership,
    IdentityProvider,
    ResourceServer,
    Terms,
    User,
    UserImportJob,
    UserPool,
    UserPoolClient,
    UserPoolGroup,
)
from tests.factories import UserFactory, UserPoolFactory, UserPoolGroupFactory, moment

pytestmark = pytest.mark.django_db

ROWS = 10_000


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


def users(pool):
    return make(
        User,
        [
            User(pool=pool, username=f"person{n}", username_key=f"person{n}", email=f"person{n}@example.com")
            for n in range(ROWS)
        ],
    )


def clients(pool):
    return make(UserPoolClient, [UserPoolClient(id=f"client{n:020}", pool=pool, name="web") for n in range(ROWS)])


def groups(pool):
    return make(UserPoolGroup, [UserPoolGroup(pool=pool, name=f"group{n}") for n in range(ROWS)])


def list_of_pools(pool):
    # The one that every test has is among them.
    made = make(UserPool, [UserPool(id=f"eu-west-1_{n:09}", name="people") for n in range(ROWS - 1)])
    return List("list_user_pools", "UserPools", "Id", {}), {row.pk for row in made} | {pool.pk}


def list_of_users(pool):
    made = {row.username for row in users(pool)}
    return List("list_users", "Users", "Username", {}, ("Limit", 60), "PaginationToken"), made


def list_of_members(pool):
    group = UserPoolGroupFactory(pool=pool, name="readers")
    made = users(pool)
    make(GroupMembership, [GroupMembership(group=group, user=user) for user in made])
    found = List("list_users_in_group", "Users", "Username", {"GroupName": "readers"}, ("Limit", 60))
    return found, {user.username for user in made}


def list_of_groups(pool):
    return List("list_groups", "Groups", "GroupName", {}, ("Limit", 60)), {row.name for row in groups(pool)}


def list_of_groups_of_a_user(pool):
    user = UserFactory(pool=pool, username="jane")
    made = groups(pool)
    make(GroupMembership, [GroupMembership(group=group, user=user) for group in made])
    found = List("admin_list_groups_for_user", "Groups", "GroupName", {"Username": "jane"}, ("Limit", 60))
    return found, {row.name for row in made}


def list_of_clients(pool):
    return List("list_user_pool_clients", "UserPoolClients", "ClientId", {}), {row.pk for row in clients(pool)}


def list_of_providers(pool):
    made = make(
        IdentityProvider,
        [IdentityProvider(pool=pool, name=f"Partner{n}", name_key=f"partner{n}", type="OIDC") for n in range(ROWS)],
    )
    found = List("list_identity_providers", "Providers", "ProviderName", {}, ("MaxResults", 50))
    return found, {row.name for row in made}


def list_of_resource_servers(pool):
    made = make(ResourceServer, [ResourceServer(pool=pool, identifier=f"shop{n}", name="Shop") for n in range(ROWS)])
    found = List("list_resource_servers", "ResourceServers", "Identifier", {}, ("MaxResults", 50))
    return found, {row.identifier for row in made}


def list_of_import_jobs(pool):
    made = make(
        UserImportJob,
        [
            UserImportJob(id=f"import-{n:010}", pool=pool, name="first", status=UserImportJobStatus.SUCCEEDED)
            for n in range(ROWS)
        ],
    )
    found = List("list_user_import_jobs", "UserImportJobs", "JobId", {}, token="PaginationToken")
    return found, {row.pk for row in made}


def list_of_terms(pool):
    made = make(
        Terms,
        [Terms(pool=pool, client=client, name="terms-of-use", links={}) for client in clients(pool)],
    )
    return List("list_terms", "Terms", "TermsId", {}), {str(row.pk) for row in made}


def list_of_devices(pool):
    user = UserFactory(pool=pool, username="jane")
    made = make(
        Device,
        [
            Device(
                key=f"eu-west-1_{n:036}",
                user=user,
                confirmed_at=moment(),
                created_at=moment(),
                last_modified_at=moment(),
                # Many were used at the same time.
                last_authenticated_at=moment() + datetime.timedelta(seconds=n // 100),
            )
            for n in range(ROWS)
        ],
    )
    found = List("admin_list_devices", "Devices", "DeviceKey", {"Username": "jane"}, ("Limit", 60), "PaginationToken")
    return found, {row.key for row in made}


def list_of_auth_events(pool):
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
            for n in range(ROWS)
        ],
    )
    found = List("admin_list_user_auth_events", "AuthEvents", "EventId", {"Username": "jane"})
    return found, {str(row.pk) for row in made}


def pages_of(client, asked, pool):
    limit, size = asked.limit
    request = {**asked.request, limit: size}
    if asked.method != "list_user_pools":
        request["UserPoolId"] = pool.pk
    if client.can_paginate(asked.method):
        request.pop(limit)
        yield from client.get_paginator(asked.method).paginate(**request, PaginationConfig={"PageSize": size})
        return
    answer = getattr(client, asked.method)(**request)
    yield answer
    while asked.token in answer:
        answer = getattr(client, asked.method)(**request, **{asked.token: answer[asked.token]})
        yield answer


def check_every_row_once(client, asked, made, pool):
    pages = [[row[asked.name] for row in page[asked.rows]] for page in pages_of(client, asked, pool)]

    found = [name for page in pages for name in page]
    assert len(found) == ROWS
    assert set(found) == made
    assert len(pages) == ceil(ROWS / asked.limit[1])


class TestToTheEnd:
    @pytest.mark.parametrize(
        "rows",
        [
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
            list_of_auth_events,
        ],
    )
    def test_gives_every_row_once(self, cognito, rows):
        pool = UserPoolFactory()
        asked, made = rows(pool)

        check_every_row_once(cognito, asked, made, pool)

    def test_gives_every_row_once_to_boto3(self, boto3_client):
        pool = UserPoolFactory()
        asked, made = list_of_groups(pool)

        check_every_row_once(boto3_client, asked, made, pool)
