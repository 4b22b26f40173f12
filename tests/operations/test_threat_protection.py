"""Threat protection through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import cognito_auth
from cognito_auth.models import AuthEvent, RiskConfiguration
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import feedback
from tests import mfa
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

FIREFOX, CHROME = "Windows Firefox/142.0", "Android Chrome/140.0"
BLOCKED = ("NotAuthorizedException", "Unable to login because of security reasons.")
OFF = ("UserPoolAddOnNotEnabledException", "User pool add-on is not enabled.")


def takeover(**actions):
    return {
        "Actions": {f"{level}Action": {"Notify": False, "EventAction": action} for level, action in actions.items()}
    }


def notify(**members):
    return {"SourceArn": "arn:aws:ses:eu-west-1:000000000000:identity/example.com", **members}


def compromised(action="BLOCK", **members):
    return {"Actions": {"EventAction": action}, **members}


@pytest.fixture
def pool(db):
    return UserPoolFactory(user_pool_add_ons={"AdvancedSecurityMode": "ENFORCED"})


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool)


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


@pytest.fixture
def sign_in(client, jane):
    def begin(ip_address="192.0.2.1", user_agent=FIREFOX):
        caller = cognito_auth.client(origin=RequestOrigin(ip_address=ip_address, user_agent=user_agent))
        return caller.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )

    return begin


@pytest.fixture
def configure(cognito, pool):
    return lambda **sections: cognito.set_risk_configuration(UserPoolId=pool.pk, **sections)["RiskConfiguration"]


class TestRiskConfiguration:
    def test_is_kept_for_pools_and_clients_and_forgotten(self, cognito, pool, client, configure):
        sections = {
            "AccountTakeoverRiskConfiguration": takeover(High="BLOCK"),
            "CompromisedCredentialsRiskConfiguration": compromised(EventFilter=["SIGN_UP"]),
            "RiskExceptionConfiguration": {"BlockedIPRangeList": ["10.0.0.0/8"]},
        }

        configure(**sections)
        configure(ClientId=client.pk, CompromisedCredentialsRiskConfiguration=compromised("NO_ACTION"))

        of_pool = cognito.describe_risk_configuration(UserPoolId=pool.pk)["RiskConfiguration"]
        of_client = cognito.describe_risk_configuration(UserPoolId=pool.pk, ClientId=client.pk)["RiskConfiguration"]
        assert {name: of_pool[name] for name in sections} == sections
        assert "ClientId" not in of_pool
        assert of_client["ClientId"] == client.pk
        assert set(configure()) == {"UserPoolId"}
        assert RiskConfiguration.objects.get().client == client

    def test_needs_the_add_on(self, cognito, client):
        pool = UserPoolFactory()

        assert refusal_of(cognito.set_risk_configuration, UserPoolId=pool.pk) == OFF
        assert refusal_of(cognito.describe_risk_configuration, UserPoolId=pool.pk) == OFF

    @pytest.mark.parametrize(
        "sections",
        [
            {"RiskExceptionConfiguration": {"SkippedIPRangeList": ["everywhere"]}},
            {
                "AccountTakeoverRiskConfiguration": {
                    **takeover(Low="BLOCK"),
                    "NotifyConfiguration": notify(From="nobody"),
                }
            },
            {
                "AccountTakeoverRiskConfiguration": {
                    **takeover(Low="BLOCK"),
                    "NotifyConfiguration": notify(ReplyTo="a@example.com\nBcc: b@example.com"),
                }
            },
        ],
    )
    def test_refuses_what_could_not_be_done(self, configure, sections):
        code, _message = refusal_of(configure, **sections)

        assert code == "InvalidParameterException"


class TestSignIn:
    def test_from_somewhere_new_is_blocked_where_it_is_said(self, configure, sign_in, jane):
        configure(AccountTakeoverRiskConfiguration=takeover(Medium="BLOCK"))

        assert sign_in()["AuthenticationResult"]
        assert sign_in(user_agent=CHROME)["AuthenticationResult"]
        refused = refusal_of(sign_in, ip_address="198.51.100.1", user_agent="Linux Edg/1")

        assert refused == BLOCKED
        events = AuthEvent.objects.filter(user=jane).order_by("created_at")
        assert [(event.response, event.risk_level, event.risk_decision) for event in events] == [
            ("Pass", "", "NoRisk"),
            ("Pass", "Low", "NoRisk"),
            ("Fail", "Medium", "Block"),
        ]

    def test_is_only_noted_in_audit_mode(self, configure, pool, sign_in, jane):
        configure(AccountTakeoverRiskConfiguration=takeover(Low="BLOCK", Medium="BLOCK"))
        pool.user_pool_add_ons = {"AdvancedSecurityMode": "AUDIT"}
        pool.save()

        sign_in()
        assert sign_in(ip_address="198.51.100.1", user_agent=CHROME)["AuthenticationResult"]
        assert AuthEvent.objects.filter(user=jane, risk_level="Medium", risk_decision="NoRisk").count() == 1

    def test_follows_the_lists_of_addresses(self, configure, sign_in):
        configure(
            AccountTakeoverRiskConfiguration=takeover(Low="BLOCK", Medium="BLOCK"),
            RiskExceptionConfiguration={
                "BlockedIPRangeList": ["203.0.113.0/24"],
                "SkippedIPRangeList": ["198.51.100.0/24"],
            },
        )

        assert refusal_of(sign_in, ip_address="203.0.113.5") == BLOCKED
        assert sign_in()["AuthenticationResult"]
        assert sign_in(ip_address="198.51.100.1", user_agent=CHROME)["AuthenticationResult"]

    def test_asks_for_a_second_factor_where_there_is_one(self, configure, pool, sign_in):
        pool.mfa_configuration, pool.email_mfa_enabled = "OPTIONAL", True
        pool.save()
        configure(AccountTakeoverRiskConfiguration=takeover(Medium="MFA_REQUIRED"))

        assert sign_in()["AuthenticationResult"]
        assert sign_in(ip_address="198.51.100.1", user_agent=CHROME)["ChallengeName"] == "EMAIL_OTP"

    @pytest.mark.parametrize("action", ["MFA_REQUIRED", "MFA_IF_CONFIGURED"])
    def test_is_refused_without_a_factor_only_where_one_is_required(self, configure, sign_in, action):
        configure(AccountTakeoverRiskConfiguration=takeover(Medium=action))
        sign_in()

        if action == "MFA_REQUIRED":
            assert refusal_of(sign_in, ip_address="198.51.100.1", user_agent=CHROME) == BLOCKED
        else:
            assert sign_in(ip_address="198.51.100.1", user_agent=CHROME)["AuthenticationResult"]

    def test_costs_nothing_more_while_off(self, client, jane, sign_in):

        client.pool.user_pool_add_ons = None
        client.pool.save()
        sign_in()

        with CaptureQueriesContext(connection) as queries:
            sign_in()

        assert not [query for query in queries if "risk" in query["sql"] and query["sql"].startswith("SELECT")]

    def test_with_a_known_password_asks_for_a_new_one(self, configure, sign_in, jane):
        configure(CompromisedCredentialsRiskConfiguration=compromised())

        code, message = refusal_of(sign_in)

        assert (code, message) == (
            "PasswordResetRequiredException",
            "Password reset required for the user due to security reasons",
        )
        assert AuthEvent.objects.get(user=jane).is_compromised

    def test_with_a_known_password_goes_on_where_it_is_not_blocked(self, configure, sign_in, jane):
        configure(CompromisedCredentialsRiskConfiguration=compromised(EventFilter=["SIGN_UP"]))

        assert sign_in()["AuthenticationResult"]


class TestNewPasswords:
    def test_that_are_known_are_refused(self, cognito, configure, client, sign_in, jane):
        token = sign_in()["AuthenticationResult"]["AccessToken"]
        configure(CompromisedCredentialsRiskConfiguration=compromised())
        refused = ("InvalidPasswordException", "Provided password cannot be used for security reasons.")

        assert refusal_of(cognito.sign_up, ClientId=client.pk, Username="new", Password="Password1!") == refused
        assert (
            refusal_of(
                cognito.change_password,
                AccessToken=token,
                PreviousPassword="Passw0rd!",
                ProposedPassword="Password1!",
            )
            == refused
        )
        cognito.sign_up(ClientId=client.pk, Username="new", Password="Tr0ub4dor&3-Staple")

    def test_that_are_known_are_noted_in_audit_mode(self, cognito, pool, client, configure, sign_in, jane):
        token = sign_in()["AuthenticationResult"]["AccessToken"]
        configure(CompromisedCredentialsRiskConfiguration=compromised())
        pool.user_pool_add_ons = {"AdvancedSecurityMode": "AUDIT"}
        pool.save()

        cognito.sign_up(ClientId=client.pk, Username="new", Password="Password1!")
        cognito.change_password(AccessToken=token, PreviousPassword="Passw0rd!", ProposedPassword="Password1!")
        cognito.sign_up(ClientId=client.pk, Username="other", Password="Tr0ub4dor&3-Staple")

        events = AuthEvent.objects.exclude(type="SignIn").order_by("created_at")
        assert [(event.type, event.response, event.is_compromised) for event in events] == [
            ("SignUp", "Pass", True),
            ("PasswordChange", "Pass", True),
            ("SignUp", "Pass", False),
        ]

    def test_that_are_refused_are_noted(self, cognito, client, configure):
        configure(CompromisedCredentialsRiskConfiguration=compromised())

        refusal_of(cognito.sign_up, ClientId=client.pk, Username="new", Password="Password1!")

        assert AuthEvent.objects.get(type="SignUp").is_compromised


class TestAdminListUserAuthEvents:
    def test_lists_the_newest_first_page_by_page(self, boto3_client, pool, client, sign_in):
        for _sign_in in range(3):
            sign_in()
        refusal_of(
            boto3_client.initiate_auth,
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Wr0ng!pass"},
        )

        pages = boto3_client.get_paginator("admin_list_user_auth_events").paginate(
            UserPoolId=pool.pk, Username="jane", MaxResults=3
        )
        pages = [page["AuthEvents"] for page in pages]

        assert [len(page) for page in pages] == [3, 1]
        newest, *_others = [event for page in pages for event in page]
        assert newest["EventResponse"] == "Fail"
        assert newest["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Failure"}]
        oldest = pages[-1][-1]
        assert oldest["EventType"] == "SignIn"
        assert oldest["EventRisk"] == {"RiskDecision": "NoRisk", "CompromisedCredentialsDetected": True}
        assert oldest["EventContextData"] == {"IpAddress": "192.0.2.1", "DeviceName": "Firefox, Windows"}
        assert oldest["ChallengeResponses"] == [{"ChallengeName": "Password", "ChallengeResponse": "Success"}]

    @pytest.mark.parametrize(
        ("factor", "challenge"),
        [("software_token_mfa_enabled", "SOFTWARE_TOKEN_MFA"), ("email_mfa_enabled", "EMAIL_OTP")],
    )
    def test_tells_of_a_wrong_second_factor(self, cognito, pool, client, jane, factor, challenge):
        type(pool).objects.update(mfa_configuration="OPTIONAL", **mfa.ALL_FACTORS)
        mfa.enrol(jane, enabled=False)
        type(jane).objects.update(**{factor: True})
        asked = mfa.sign_in(cognito, client)

        refusal_of(
            cognito.respond_to_auth_challenge,
            ClientId=client.pk,
            ChallengeName=challenge,
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", f"{challenge}_CODE": mfa.wrong_code()},
        )

        newest, *_earlier = cognito.admin_list_user_auth_events(UserPoolId=pool.pk, Username="jane")["AuthEvents"]
        assert (newest["EventResponse"], newest["ChallengeResponses"]) == (
            "Fail",
            [
                {"ChallengeName": "Password", "ChallengeResponse": "Success"},
                {"ChallengeName": "Mfa", "ChallengeResponse": "Failure"},
            ],
        )

    def test_needs_the_add_on_in_strict_pools_only(self, cognito):
        pool = UserPoolFactory()
        UserFactory(pool=pool, username="jane")

        assert cognito.admin_list_user_auth_events(UserPoolId=pool.pk, Username="jane")["AuthEvents"] == []
        pool.strict = True
        pool.save()
        assert refusal_of(cognito.admin_list_user_auth_events, UserPoolId=pool.pk, Username="jane") == OFF


class TestFeedback:
    def test_of_staff_makes_a_disowned_device_unknown(self, cognito, pool, sign_in, jane):
        sign_in()
        sign_in(ip_address="198.51.100.1", user_agent=CHROME)
        disowned = AuthEvent.objects.get(risk_level="Medium")

        cognito.admin_update_auth_event_feedback(
            UserPoolId=pool.pk, Username="jane", EventId=str(disowned.pk), FeedbackValue="Invalid"
        )
        sign_in(ip_address="198.51.100.1", user_agent=CHROME)

        assert AuthEvent.objects.filter(risk_level="Medium").count() == 2
        listed = cognito.admin_list_user_auth_events(UserPoolId=pool.pk, Username="jane")["AuthEvents"]
        feedbacks = [event["EventFeedback"] for event in listed if "EventFeedback" in event]
        assert [(given["FeedbackValue"], given["Provider"]) for given in feedbacks] == [("Invalid", "Admin")]
        given_at = feedbacks[0]["FeedbackDate"].timestamp()
        assert given_at == round(given_at, 3)

    def test_of_the_person_needs_the_events_token(self, cognito, pool, sign_in, jane):
        sign_in()
        event = AuthEvent.objects.get()
        named = {"UserPoolId": pool.pk, "Username": "jane", "EventId": str(event.pk), "FeedbackValue": "Valid"}
        now = timezone.now()

        cognito.update_auth_event_feedback(**named, FeedbackToken=feedback.token_of(event.pk, now=now))

        event.refresh_from_db()
        assert event.feedback["Provider"] == "User"
        refused = ("NotAuthorizedException", "Invalid feedback token.")
        of_another = feedback.token_of(AuthEvent().pk, now=now)
        too_old = feedback.token_of(event.pk, now=now - feedback.LIFETIME)
        used = feedback.token_of(event.pk, now=now)
        for token in ("x", "1.2", of_another, too_old, used):
            assert refusal_of(cognito.update_auth_event_feedback, **named, FeedbackToken=token) == refused

    def test_is_about_events_of_the_user_only(self, cognito, pool, sign_in, jane):
        sign_in()
        UserFactory(pool=pool, username="other")

        for username, event_id in (("other", str(AuthEvent.objects.get().pk)), ("jane", "nothing")):
            assert refusal_of(
                cognito.admin_update_auth_event_feedback,
                UserPoolId=pool.pk,
                Username=username,
                EventId=event_id,
                FeedbackValue="Valid",
            ) == ("ResourceNotFoundException", "Auth event not found.")
