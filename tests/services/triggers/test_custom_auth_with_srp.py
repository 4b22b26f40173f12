"""CUSTOM_AUTH together with the password by SRP, and the second factor after it."""

import pytest
from django.utils import timezone

from cognito_auth.services import srp_verifiers
from tests import mfa
from tests.factories import UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of
from tests.services.triggers.people import FLOWS, make_client, make_jane
from tests.services.triggers.test_custom_auth import INCORRECT, MALFORMED, answer, create, start, verify
from tests.srp_client import SrpClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def histories(settings):
    """Handlers that ask for the password and then a question; the histories that Define was given."""
    given = []

    def define(event, context):
        session = event["request"]["session"]
        given.append([(step["challengeName"], step["challengeResult"]) for step in session])
        names = [step["challengeName"] for step in session]
        if names == ["SRP_A"]:
            event["response"]["challengeName"] = "PASSWORD_VERIFIER"
        elif names[-1] == "CUSTOM_CHALLENGE":
            event["response"]["issueTokens"] = session[-1]["challengeResult"]
            event["response"]["failAuthentication"] = not session[-1]["challengeResult"]
        else:
            event["response"]["challengeName"] = "CUSTOM_CHALLENGE"
        return event

    triggers = {"DefineAuthChallenge": define, "CreateAuthChallenge": create, "VerifyAuthChallengeResponse": verify}
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": triggers}
    return given


def begin(cognito, client, person):
    return start(cognito, client, CHALLENGE_NAME="SRP_A", SRP_A=person.srp_a)


def prove(cognito, client, person, asked):
    parameters = asked["ChallengeParameters"]
    identity = parameters["USER_ID_FOR_SRP"]
    claims = person.claims(group=client.pool.srp_name, identity=identity, parameters=parameters, now=timezone.now())
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName="PASSWORD_VERIFIER",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": identity, **claims},
    )


def known(client, **fields):
    jane = make_jane(client, **fields)
    srp_verifiers.remember(jane, "Passw0rd!")
    return jane


class TestCustomAuthWithSrp:
    def test_asks_for_the_password_and_then_the_question(self, cognito, histories):
        client, person = make_client(), SrpClient("Passw0rd!")
        known(client)

        asked = begin(cognito, client, person)
        assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
        question = prove(cognito, client, person, asked)
        assert question["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert answer(cognito, client, question["Session"], "4")["AuthenticationResult"]

        srp, password = ("SRP_A", True), ("PASSWORD_VERIFIER", True)
        assert histories == [[srp], [srp, password], [srp, password, ("CUSTOM_CHALLENGE", True)]]

    def test_fails_at_once_for_a_wrong_password(self, cognito, histories):
        client, person = make_client(), SrpClient("wr0ng")
        known(client)
        asked = begin(cognito, client, person)

        assert refusal_of(prove, cognito=cognito, client=client, person=person, asked=asked) == INCORRECT
        assert len(histories) == 1

    def test_asks_for_the_second_factor_after_the_password(self, cognito, histories):
        pool = UserPoolFactory(mfa_configuration="OPTIONAL", software_token_mfa_enabled=True)
        client, person = make_client(pool=pool), SrpClient("Passw0rd!")
        mfa.enrol(known(client))

        asked = prove(cognito, client, person, begin(cognito, client, person))
        assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        question = cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="SOFTWARE_TOKEN_MFA",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "SOFTWARE_TOKEN_MFA_CODE": mfa.code()},
        )

        assert question["ChallengeName"] == "CUSTOM_CHALLENGE"
        assert [name for name, _result in histories[-1]] == ["SRP_A", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"]

    def test_asks_for_the_second_factor_that_the_trigger_names(self, cognito, histories, settings):
        pool = UserPoolFactory(mfa_configuration="OPTIONAL", software_token_mfa_enabled=True)
        client = make_client(pool=pool)
        mfa.enrol(known(client))
        settings.COGNITO_AUTH["TRIGGERS"]["DefineAuthChallenge"] = lambda event: {
            **event,
            "response": {"challengeName": "SOFTWARE_TOKEN_MFA"},
        }

        assert start(cognito, client)["ChallengeName"] == "SOFTWARE_TOKEN_MFA"

    def test_cannot_ask_for_a_password_that_the_client_does_not_prove(self, cognito, histories, settings):
        client = make_client()
        known(client)
        settings.COGNITO_AUTH["TRIGGERS"]["DefineAuthChallenge"] = lambda event: {
            **event,
            "response": {"challengeName": "PASSWORD_VERIFIER"},
        }

        assert refusal_of(start, cognito=cognito, client=client) == MALFORMED

    def test_hides_who_does_not_exist(self, cognito, histories):
        client = UserPoolClientFactory(hides_users=True, explicit_auth_flows=FLOWS)
        person = SrpClient("Passw0rd!")

        asked = begin(cognito, client, person)

        assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
        assert refusal_of(prove, cognito=cognito, client=client, person=person, asked=asked) == INCORRECT
