"""CUSTOM_AUTH: DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse."""

import pytest

from cognito_auth.choices import UserStatus
from cognito_auth.models import TokenFamily, User
from tests.concurrency import race
from tests.factories import UserPoolClientFactory
from tests.refusals import refusal_of
from tests.services.triggers.people import FLOWS, claims_after, make_client, make_jane

pytestmark = pytest.mark.django_db
INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")
MALFORMED = ("InvalidLambdaResponseException", "Unrecognizable lambda output")
CHALLENGE = "CUSTOM_CHALLENGE"


def define(event, context):
    """Ask up to three times; a pasted handler."""
    session = event["request"]["session"]
    response = event["response"]
    if event["request"].get("userNotFound") and len(session) >= 3:
        response["failAuthentication"] = True
        response["issueTokens"] = False
    elif session and session[-1]["challengeName"] == CHALLENGE and session[-1]["challengeResult"] is True:
        response["issueTokens"] = True
        response["failAuthentication"] = False
    elif len(session) >= 3:
        response["issueTokens"] = False
        response["failAuthentication"] = True
    else:
        response["issueTokens"] = False
        response["failAuthentication"] = False
        response["challengeName"] = CHALLENGE
    return event


def create(event, context):
    event["response"]["publicChallengeParameters"] = {"question": "2 + 2"}
    event["response"]["privateChallengeParameters"] = {"answer": "4"}
    event["response"]["challengeMetadata"] = f"TRY_{len(event['request']['session'])}"
    return event


def verify(event, context):
    expected = event["request"]["privateChallengeParameters"]["answer"]
    event["response"]["answerCorrect"] = event["request"]["challengeAnswer"] == expected
    return event


class Recorder:
    def __init__(self, function):
        self.function, self.events = function, []

    def __call__(self, event, context):
        self.events.append(event)
        return self.function(event, context)


@pytest.fixture
def handlers(settings):
    """The three handlers, recording."""
    kinds = {"DefineAuthChallenge": define, "CreateAuthChallenge": create, "VerifyAuthChallengeResponse": verify}
    triggers = {kind: Recorder(function) for kind, function in kinds.items()}
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": triggers}
    return triggers


def start(cognito, client, username="jane", **parameters):
    return cognito.initiate_auth(
        ClientId=client.pk,
        AuthFlow="CUSTOM_AUTH",
        AuthParameters={"USERNAME": username, **parameters},
        ClientMetadata={"not": "passed on"},
    )


def answer(cognito, client, session, text, **more):
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName=CHALLENGE,
        Session=session,
        ChallengeResponses={"USERNAME": "jane", "ANSWER": text},
        **more,
    )


class TestCustomAuth:
    def test_asks_and_gives_tokens(self, cognito, handlers):
        client = make_client()
        jane = make_jane(client)

        asked = start(cognito, client)

        assert asked["ChallengeName"] == CHALLENGE
        assert asked["ChallengeParameters"] == {"USERNAME": "jane", "question": "2 + 2"}
        id_token, _access_token = claims_after(
            answer(cognito, client, asked["Session"], "4", ClientMetadata={"k": "v"})
        )
        assert id_token["sub"] == str(jane.sub)
        (checked,) = handlers["VerifyAuthChallengeResponse"].events
        assert checked["request"]["challengeAnswer"] == "4"
        assert checked["request"]["privateChallengeParameters"] == {"answer": "4"}
        assert checked["request"]["clientMetadata"] == {"k": "v"}
        first, second = handlers["DefineAuthChallenge"].events
        assert first["request"]["session"] == []
        assert "clientMetadata" not in first["request"]
        assert second["request"]["session"] == [
            {"challengeName": CHALLENGE, "challengeResult": True, "challengeMetadata": "TRY_0"}
        ]

    def test_goes_on_after_a_wrong_answer_until_the_trigger_gives_up(self, cognito, handlers):
        client = make_client()
        make_jane(client)
        first = start(cognito, client)
        second = answer(cognito, client, first["Session"], "5")
        third = answer(cognito, client, second["Session"], "6")

        refused = refusal_of(answer, cognito=cognito, client=client, session=third["Session"], text="7")

        assert refused == INCORRECT
        assert [
            step["challengeResult"] for step in handlers["DefineAuthChallenge"].events[-1]["request"]["session"]
        ] == [
            False,
            False,
            False,
        ]
        again = refusal_of(answer, cognito=cognito, client=client, session=third["Session"], text="4")
        assert again[1] == "Invalid session for the user, session can only be used once."
        assert not TokenFamily.objects.exists()

    def test_takes_the_right_answer_after_a_wrong_one(self, cognito, handlers):
        client = make_client()
        make_jane(client)
        second = answer(cognito, client, start(cognito, client)["Session"], "5")

        assert answer(cognito, client, second["Session"], "4")["AuthenticationResult"]

    def test_keeps_the_session_open_for_an_empty_answer(self, cognito, handlers):
        client = make_client()
        make_jane(client)
        session = start(cognito, client)["Session"]

        assert refusal_of(answer, cognito=cognito, client=client, session=session, text="")[0] == (
            "InvalidParameterException"
        )
        assert answer(cognito, client, session, "4")["AuthenticationResult"]

    @pytest.mark.parametrize("missing", ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"])
    def test_needs_all_three_triggers(self, cognito, handlers, missing):
        client = make_client()
        make_jane(client)
        del handlers[missing]

        assert refusal_of(start, cognito=cognito, client=client) == (
            "InvalidParameterException",
            "Custom auth lambda trigger is not configured for the user pool.",
        )

    @pytest.mark.parametrize(
        "response", [{}, {"challengeName": "SMS_MFA"}, {"challengeName": "NONSENSE"}, {"issueTokens": "yes"}]
    )
    def test_refuses_nonsense(self, cognito, handlers, response):
        client = make_client()
        make_jane(client)
        handlers["DefineAuthChallenge"] = lambda event: {**event, "response": response}

        assert refusal_of(start, cognito=cognito, client=client) == MALFORMED

    @pytest.mark.parametrize("kind", ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"])
    def test_passes_on_what_a_trigger_raises(self, cognito, handlers, kind):
        client = make_client()
        make_jane(client)

        def fail(event):
            raise ValueError("no")

        session = start(cognito, client)["Session"]
        handlers[kind] = fail

        refused = refusal_of(answer, cognito=cognito, client=client, session=session, text="5")

        assert refused == ("UserLambdaValidationException", f"{kind} failed with error no.")

    def test_refuses_at_once(self, cognito, handlers):
        client = make_client()
        make_jane(client)
        handlers["DefineAuthChallenge"] = lambda event: {**event, "response": {"failAuthentication": True}}

        assert refusal_of(start, cognito=cognito, client=client) == INCORRECT

    def test_gives_tokens_at_once(self, cognito, handlers):
        client = make_client()
        make_jane(client)
        handlers["DefineAuthChallenge"] = lambda event: {**event, "response": {"issueTokens": True}}

        assert start(cognito, client)["AuthenticationResult"]

    def test_serves_administrators(self, cognito, handlers):
        client = make_client()
        make_jane(client)
        asked = cognito.admin_initiate_auth(
            UserPoolId=client.pool_id,
            ClientId=client.pk,
            AuthFlow="CUSTOM_AUTH",
            AuthParameters={"USERNAME": "jane"},
        )

        assert cognito.admin_respond_to_auth_challenge(
            UserPoolId=client.pool_id,
            ClientId=client.pk,
            ChallengeName=CHALLENGE,
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "ANSWER": "4"},
        )["AuthenticationResult"]

    def test_asks_for_no_second_factor(self, cognito, handlers):
        client = make_client(pool__mfa_configuration="ON", pool__software_token_mfa_enabled=True)
        make_jane(client)

        assert answer(cognito, client, start(cognito, client)["Session"], "4")["AuthenticationResult"]


class TestAccounts:
    def test_tells_unknown_people_where_they_are_not_hidden(self, cognito, handlers):
        assert refusal_of(start, cognito=cognito, client=make_client())[0] == "UserNotFoundException"
        assert handlers["DefineAuthChallenge"].events == []

    def test_asks_hidden_unknown_people_and_never_lets_them_in(self, cognito, handlers):
        client = UserPoolClientFactory(hides_users=True, explicit_auth_flows=FLOWS)

        asked = start(cognito, client)

        assert asked["ChallengeParameters"] == {"USERNAME": "jane", "question": "2 + 2"}
        assert handlers["CreateAuthChallenge"].events[0]["request"]["userNotFound"] is True
        assert refusal_of(answer, cognito=cognito, client=client, session=asked["Session"], text="4") == INCORRECT

    @pytest.mark.parametrize(
        ("state", "error"),
        [
            ({"status": UserStatus.UNCONFIRMED}, "UserNotConfirmedException"),
            ({"status": UserStatus.RESET_REQUIRED}, "PasswordResetRequiredException"),
            ({"is_active": False}, "NotAuthorizedException"),
        ],
    )
    @pytest.mark.parametrize("hides", [False, True])
    def test_lets_nobody_in_who_may_not_sign_in(self, cognito, handlers, state, error, hides):
        client = UserPoolClientFactory(hides_users=hides, explicit_auth_flows=FLOWS)
        make_jane(client)
        User.objects.update(**state)

        if not hides:
            assert refusal_of(start, cognito=cognito, client=client)[0] == error
            return
        session = start(cognito, client)["Session"]
        assert refusal_of(answer, cognito=cognito, client=client, session=session, text="4")[0] == error

    def test_asks_for_a_new_password_only_after_the_challenges(self, cognito, handlers):
        client = make_client()
        make_jane(client, confirmed=False, invited=True)
        asked = start(cognito, client)
        assert asked["ChallengeName"] == CHALLENGE

        wrong = answer(cognito, client, asked["Session"], "5")
        assert wrong["ChallengeName"] == CHALLENGE

        assert answer(cognito, client, wrong["Session"], "4")["ChallengeName"] == "NEW_PASSWORD_REQUIRED"

    def test_asks_for_no_new_password_before_anything_is_proved(self, cognito, handlers):
        client = make_client()
        make_jane(client, confirmed=False, invited=True)
        handlers["DefineAuthChallenge"] = lambda event: {
            **event,
            "response": {"challengeName": "NEW_PASSWORD_REQUIRED"},
        }

        assert refusal_of(start, cognito=cognito, client=client) == MALFORMED


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_checks_one_of_many_answers_at_the_same_time(cognito, handlers):
    client = make_client()
    make_jane(client)
    session = start(cognito, client)["Session"]

    race(*[lambda number=number: answer(cognito, client, session, str(number)) for number in range(6)])

    assert len(handlers["VerifyAuthChallengeResponse"].events) == 1
