"""Finding and calling handlers: whose, how often, for how long, and what becomes of their errors."""

import threading
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from cognito_auth.choices import TriggerKind, TriggerVersion, UserStatus
from cognito_auth.exceptions import (
    InvalidLambdaResponseException,
    PublicTriggerError,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)
from cognito_auth.models import User
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.calling import Handler
from tests.factories import UserFactory, UserPoolFactory

KIND = TriggerKind.PRE_SIGN_UP
EVENT = {"request": {"userAttributes": {}}, "response": {"autoConfirmUser": False}}


def pasted_handler(event, context):
    event["response"]["autoConfirmUser"] = True
    return event


def invoke(function, *, strict=False):
    return calling.invoke(Handler(KIND, function), EVENT, strict=strict)


class TestHandlerOf:
    def test_is_none_without_settings(self):
        assert calling.handler_of(KIND, "eu-west-1_a") is None

    def test_prefers_the_pools_own(self, settings):
        own, general = object(), object()
        settings.COGNITO_AUTH = {"TRIGGERS": {"PreSignUp": general, "eu-west-1_a": {"PreSignUp": own}}}

        assert calling.handler_of(KIND, "eu-west-1_a").target is own
        assert calling.handler_of(KIND, "eu-west-1_b").target is general

    def test_lets_a_pool_switch_one_off(self, settings):
        settings.COGNITO_AUTH = {"TRIGGERS": {"PreSignUp": object(), "eu-west-1_a": {"PreSignUp": None}}}

        assert calling.handler_of(KIND, "eu-west-1_a") is None

    def test_reads_the_version(self, settings):
        settings.COGNITO_AUTH = {"TRIGGERS": {"PreTokenGeneration": {"handler": "a.b", "version": "V2_0"}}}

        handler = calling.handler_of(TriggerKind.PRE_TOKEN_GENERATION, "eu-west-1_a")

        assert handler == Handler(TriggerKind.PRE_TOKEN_GENERATION, "a.b", TriggerVersion.V2_0)


class TestInvoke:
    def test_takes_a_dotted_path(self):
        answer = invoke("tests.services.triggers.test_calling.pasted_handler")

        assert answer["response"] == {"autoConfirmUser": True}
        assert EVENT["response"] == {"autoConfirmUser": False}

    def test_takes_a_handler_without_context(self):
        assert invoke(lambda event: event) == EVENT

    def test_tells_the_time_that_is_left(self):
        left = []

        invoke(lambda event, context: left.append(context.get_remaining_time_in_millis()))

        assert 3000 < left[0] <= 5000

    @pytest.mark.parametrize(
        ("error", "strict", "message"),
        [
            (ValueError("no"), False, "PreSignUp failed with error no."),
            (Exception("Really no!"), True, "PreSignUp failed with error Really no!."),
            (PublicTriggerError("Use your work address."), False, "Use your work address."),
            (PublicTriggerError("Use your work address."), True, "PreSignUp failed with error Use your work address.."),
        ],
    )
    def test_passes_on_what_the_handler_raises(self, error, strict, message):
        def refuse(event, context):
            raise error

        with pytest.raises(UserLambdaValidationException) as refusal:
            invoke(refuse, strict=strict)

        assert refusal.value.message == message

    def test_hides_errors_of_the_database(self):
        def fail(event):
            raise IntegrityError("Key (email)=(jane@example.com) already exists.")

        with pytest.raises(UnexpectedLambdaException) as refusal:
            invoke(fail)

        assert refusal.value.message == "PreSignUp invocation failed due to error IntegrityError."

    def test_reports_a_path_that_leads_nowhere(self):
        with pytest.raises(UnexpectedLambdaException):
            invoke("tests.nothing.here")

    def test_survives_an_exit(self):
        with pytest.raises(UnexpectedLambdaException):
            invoke(lambda event: exit())

    @pytest.mark.django_db
    def test_gives_up_after_the_limit(self, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGER_TIMEOUT_SECONDS": 0.1}

        with pytest.raises(UnexpectedLambdaException) as refusal:
            invoke(lambda event: time.sleep(0.5))

        assert refusal.value.message == (
            "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function."
        )

    def test_runs_in_the_same_thread_without_a_limit(self, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGER_TIMEOUT_SECONDS": None}

        assert invoke(lambda event: threading.get_ident()) == threading.get_ident()

    def test_keeps_the_language_of_the_request(self):
        with translation.override("de"):
            assert invoke(lambda event: translation.get_language()) == "de"


@pytest.mark.django_db(transaction=True)
class TestInvokeWithTheDatabase:
    """The handler works on the connection of the operation, and no longer than it may."""

    def test_sees_what_is_not_committed_and_takes_part_in_it(self):
        def write(event):
            assert User.objects.get().username == "jane"
            User.objects.update(nickname="J")

        with transaction.atomic():
            UserFactory(username="jane")
            invoke(write)
            assert User.objects.get().nickname == "J"
            transaction.set_rollback(True)

        assert not User.objects.exists()

    def test_commits_what_a_handler_writes_outside_a_transaction(self):
        UserFactory()

        def write(event):
            with transaction.atomic():
                User.objects.update(nickname="J")

        invoke(write)

        assert User.objects.get().nickname == "J"
        assert not connection.in_atomic_block

    def test_runs_hooks_for_the_commit_when_the_operation_commits(self):
        ran = []

        with transaction.atomic():
            invoke(lambda event: transaction.on_commit(lambda: ran.append("now")))
            assert ran == []

        assert ran == ["now"]

    def test_undoes_what_a_failing_handler_did_in_the_transaction(self):
        UserFactory(nickname="")

        def write_and_fail(event):
            User.objects.update(nickname="J")
            User.objects.create(pool_id="nowhere", username="x" * 9000)

        with transaction.atomic():
            with pytest.raises((UnexpectedLambdaException, UserLambdaValidationException)):
                invoke(write_and_fail)
            assert User.objects.get().nickname == ""

    def test_takes_the_connection_away_from_a_late_handler(self, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGER_TIMEOUT_SECONDS": 0.1}
        UserFactory(nickname="")
        late, released = [], threading.Event()

        def dawdle(event):
            with transaction.atomic():
                User.objects.update(nickname="too early")
                released.wait(5)
                try:
                    User.objects.update(nickname="too late")
                except Exception as error:
                    late.append(error)

        with pytest.raises(UnexpectedLambdaException):
            invoke(dawdle)

        assert User.objects.get().nickname == ""
        released.set()
        for thread in threading.enumerate():
            if thread.name == "trigger":
                thread.join(5)
        assert "took too long" in str(late[0])
        assert User.objects.get().nickname == ""
        assert not connection.in_atomic_block


class TestRead:
    @pytest.mark.parametrize(
        "answer",
        [
            None,
            "event",
            {"response": []},
            {"response": {"unknown": 1}},
            {"response": {"autoConfirmUser": "yes"}},
            {"response": {"autoConfirmUser": 1}},
        ],
    )
    def test_refuses_what_is_no_answer(self, answer):
        with pytest.raises(InvalidLambdaResponseException) as refusal:
            responses.read(KIND, answer, {"autoConfirmUser": responses.is_flag})

        assert refusal.value.message == "Unrecognizable lambda output"

    def test_takes_absent_and_null_for_nothing(self):
        checks = {"a": responses.is_flag, "b": responses.is_text}

        assert responses.read(KIND, {"response": {"a": None}}, checks) == {"a": None, "b": None}


@pytest.mark.django_db
class TestEvent:
    def test_has_the_form_of_lambda(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        user = UserFactory(pool=pool, username="jane", confirmed=True, custom_attributes={"custom:level": 3})

        built = event.build(
            "PostConfirmation_ConfirmSignUp", event.about(user, None, metadata={"k": "v"}), request={}, response={}
        )

        assert built == {
            "version": "1",
            "triggerSource": "PostConfirmation_ConfirmSignUp",
            "region": "eu-west-1",
            "userPoolId": pool.pk,
            "userName": "jane",
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": "CLIENT_ID_NOT_APPLICABLE",
            },
            "request": {
                "userAttributes": {
                    "sub": str(user.sub),
                    "email": "jane@example.com",
                    "email_verified": "true",
                    "custom:level": "3",
                    "cognito:user_status": UserStatus.CONFIRMED.value,
                    "cognito:email_alias": "jane@example.com",
                },
                "clientMetadata": {"k": "v"},
            },
            "response": {},
        }
