"""Every administrative call leaves a row."""

import datetime

import pytest
from django.db import connection, transaction
from django.test import override_settings

import cognito_auth
from cognito_auth.exceptions import CognitoError, InternalErrorException
from cognito_auth.models import AuditEvent, User
from cognito_auth.operations import dispatch, registry
from cognito_auth.operations.call import TRUSTED, Principal
from tests import aws
from tests.api.calls import post, send_signed
from tests.factories import AccessKeyFactory, UserFactory, UserPoolFactory, moment
from tests.operations.test_dispatch import call_by

pytestmark = pytest.mark.django_db

CI = Principal("ci", ("*",), ("*",), key_id="AKIA1", owner_id="7", owner_name="olga")
PASSWORD = "Correct-horse-7-battery"


@pytest.fixture
def pool():
    return UserPoolFactory()


def row():
    return AuditEvent.objects.get()


def refused(name, request, principal=CI):
    with pytest.raises(CognitoError) as refusal:
        dispatch.execute(name, request, call_by(principal))
    return refusal.value


class TestOverHttp:
    @pytest.fixture
    def owner(self):
        return UserFactory(username="olga")

    def test_names_key_owner_source_target_and_request(self, pool, owner):
        AccessKeyFactory(id=aws.ACCESS_KEY_ID, secret=aws.SECRET_ACCESS_KEY, name="ci", owner=owner)
        UserFactory(pool=pool, username="jane")

        answer = aws.client().admin_get_user(UserPoolId=pool.pk, Username="jane")

        event = row()
        assert (event.operation, event.pool_id, event.target) == ("AdminGetUser", pool.pk, "jane")
        assert (event.principal, event.access_key_id) == ("ci", aws.ACCESS_KEY_ID)
        assert (event.owner_id, event.owner_name) == (str(owner.pk), owner.get_username())
        assert (event.error, event.reason, event.ip_address) == ("", "", "127.0.0.1")
        assert event.request_id == answer["ResponseMetadata"]["RequestId"]
        assert "Botocore" in event.user_agent

    def test_tells_of_an_access_that_was_denied(self, pool, owner):
        AccessKeyFactory(id=aws.ACCESS_KEY_ID, secret=aws.SECRET_ACCESS_KEY, owner=owner, allowed_actions=["List*"])
        client = aws.client()

        with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
            client.admin_delete_user(UserPoolId=pool.pk, Username="jane")

        assert (row().error, row().target, row().owner_name) == ("AccessDeniedException", "jane", owner.get_username())

    def test_tells_of_a_body_that_is_no_json(self, pool, owner):
        AccessKeyFactory(id=aws.ACCESS_KEY_ID, secret=aws.SECRET_ACCESS_KEY, name="ci", owner=owner)

        answer = send_signed("AdminDeleteUser", b'{"UserPoolId": ')

        assert answer.status_code == 400
        assert (row().operation, row().error, row().target) == ("AdminDeleteUser", "SerializationException", "")
        assert (row().access_key_id, row().pool_id) == (aws.ACCESS_KEY_ID, "")

    def test_has_no_row_of_callers_whom_nobody_knows(self, pool):
        client = aws.client()

        with pytest.raises(client.exceptions.ClientError, match="UnrecognizedClient"):
            client.admin_get_user(UserPoolId=pool.pk, Username="jane")
        post("AdminGetUser", {"UserPoolId": pool.pk, "Username": "jane"})

        assert not AuditEvent.objects.exists()


class TestRecord:
    def test_is_written_once_and_asks_nothing(self, pool, django_assert_num_queries):
        request = {"UserPoolId": pool.pk, "MaxResults": 1}
        dispatch.execute("ListUserPools", {"MaxResults": 1}, call_by(CI))
        AuditEvent.objects.all().delete()

        with override_settings(COGNITO_AUTH={"AUDIT_READS": False}), django_assert_num_queries(1):
            dispatch.execute("ListUserPools", {"MaxResults": 1}, call_by(CI))
        # On SQLite the INSERT has a transaction around it, which is no statement inside the test's.
        with django_assert_num_queries(2):
            dispatch.execute("ListUserPools", request, call_by(CI))

        assert AuditEvent.objects.count() == 1

    def test_holds_no_value_of_the_request(self, pool):
        request = {
            "UserPoolId": pool.pk,
            "Username": "jane",
            "TemporaryPassword": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": "jane@example.com"}],
            "MessageAction": "SUPPRESS",
        }

        dispatch.execute("AdminCreateUser", request, call_by(CI))

        text = str(AuditEvent.objects.values().get())
        assert PASSWORD not in text
        assert "jane@example.com" not in text
        assert row().target == "jane"

    def test_of_an_error_has_its_code_and_reason(self, pool):
        error = refused("AdminGetUser", {"UserPoolId": pool.pk, "Username": "nobody"})

        assert (row().error, row().reason) == ("UserNotFoundException", error.reason.id)

    def test_of_a_malformed_request_names_what_it_can(self, pool):
        refused("AdminGetUser", {"UserPoolId": pool.pk, "Username": "ja\0ne\ud800" + "x" * 9000})

        assert (row().error, row().pool_id) == ("SerializationException", pool.pk)
        assert row().target == "jane" + "x" * 250

    def test_of_a_request_that_is_no_object_names_the_operation(self):
        error = refused("AdminGetUser", [1])

        assert (row().operation, row().error, row().target) == ("AdminGetUser", error.code, "")

    def test_of_a_failure_of_ours_is_written_too(self, pool, monkeypatch):
        def fail(request, call):
            raise RuntimeError("a bug")

        monkeypatch.setattr(registry.get("AdminGetUser"), "function", fail)

        with pytest.raises(RuntimeError):
            dispatch.execute("AdminGetUser", {"UserPoolId": pool.pk, "Username": "jane"}, call_by(CI))

        assert row().error == InternalErrorException.__name__

    @pytest.mark.django_db(transaction=True)
    def test_survives_the_rollback_of_what_was_refused(self, monkeypatch):
        pool = UserPoolFactory()

        def change_and_refuse(request, call):
            with transaction.atomic():
                UserFactory(pool=pool, username="half")
                registry.get("Nonsense")

        monkeypatch.setattr(registry.get("AdminDeleteUser"), "function", change_and_refuse)

        error = refused("AdminDeleteUser", {"UserPoolId": pool.pk, "Username": "jane"})

        assert row().error == error.code
        assert not User.objects.filter(username="half").exists()

    @pytest.mark.django_db(transaction=True)
    def test_goes_with_the_transaction_of_the_caller(self):
        pool = UserPoolFactory()

        with transaction.atomic():
            cognito_auth.client().create_group(UserPoolId=pool.pk, GroupName="readers")
            transaction.set_rollback(True)

        assert not AuditEvent.objects.exists()
        assert not pool.groups.exists()

    @pytest.mark.django_db(transaction=True)
    def test_lets_a_transaction_of_the_caller_that_failed_alone(self):
        pool = UserPoolFactory()

        with transaction.atomic():
            transaction.set_rollback(True)
            refused("AdminDeleteUser", {"UserPoolId": pool.pk}, TRUSTED)

        assert not AuditEvent.objects.exists()

    def test_of_reads_can_be_switched_off(self, pool):
        with override_settings(COGNITO_AUTH={"AUDIT_READS": False}):
            refused("AdminGetUser", {"UserPoolId": pool.pk, "Username": "nobody"})
            refused("AdminDeleteUser", {"UserPoolId": pool.pk, "Username": "nobody"})

        assert row().operation == "AdminDeleteUser"

    def test_of_python_code_is_written_for_changes(self, pool):
        client = cognito_auth.client()

        client.list_users(UserPoolId=pool.pk)
        client.create_group(UserPoolId=pool.pk, GroupName="readers")

        assert (row().operation, row().principal, row().target) == ("CreateGroup", TRUSTED.name, "readers")
        assert row().access_key_id == ""

    def test_of_a_signed_request_that_is_no_json(self, pool):
        dispatch.refuse("AdminGetUser", call_by(CI), refused("Nonsense", {}))

        assert (row().operation, row().error) == ("AdminGetUser", "UnknownOperationException")


@pytest.mark.postgresql
class TestIndexes:
    @pytest.mark.parametrize(
        ("narrowed", "index"),
        [
            ({}, "cognito_auth_audit_time"),
            ({"pool_id": "pool3"}, "cognito_auth_audit_pool"),
            ({"access_key_id": "AKIA3"}, "cognito_auth_audit_key"),
        ],
    )
    def test_give_the_newest_rows_of_each_filter(self, narrowed, index):
        rows = [
            AuditEvent(
                created_at=moment() + datetime.timedelta(seconds=n),
                operation="ListUsers",
                pool_id=f"pool{n % 5}",
                access_key_id=f"AKIA{n % 5}",
            )
            for n in range(5_000)
        ]
        AuditEvent.objects.bulk_create(rows)
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{AuditEvent._meta.db_table}"')

        plan = AuditEvent.objects.filter(**narrowed).order_by("-created_at", "-id")[:50].explain()

        assert index in plan
        assert "Sort" not in plan
