"""Passkeys: registering, listing and deleting them, and signing in with one."""

import datetime
import json

import pytest

from cognito_auth.models import AuthEvent, Passkey, PasskeyRegistration, User
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolDomainFactory, UserPoolFactory
from tests.mfa import enrol
from tests.refusals import refusal_of
from tests.software_authenticator import EDDSA, PRESENT, RS256, SoftwareAuthenticator, b64, decoded

CONFIGURATION = {"RelyingPartyId": "example.com", "UserVerification": "preferred"}
FLOWS = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]


def app(*, configuration=CONFIGURATION, factors=("PASSWORD", "WEB_AUTHN"), **pool):
    pool = UserPoolFactory(allowed_first_auth_factors=list(factors), web_authn_configuration=configuration, **pool)
    return UserPoolClientFactory(pool=pool, explicit_auth_flows=FLOWS)


def person(client, username="jane", **fields):
    return UserFactory(pool=client.pool, username=username, confirmed=True, **fields)


def token_of(cognito, client, username="jane"):
    answer = cognito.initiate_auth(
        ClientId=client.pk,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": "Passw0rd!"},
    )
    return answer["AuthenticationResult"]["AccessToken"]


def begin(cognito, token):
    return cognito.start_web_authn_registration(AccessToken=token)["CredentialCreationOptions"]


def register(cognito, token, authenticator=None, **bent):
    authenticator = authenticator or SoftwareAuthenticator()
    credential = authenticator.create(begin(cognito, token), **bent)
    cognito.complete_web_authn_registration(AccessToken=token, Credential=credential)
    return authenticator


def challenge(cognito, client, username="jane"):
    asked = cognito.initiate_auth(
        ClientId=client.pk,
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": username, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )
    return asked, json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])


def respond(cognito, client, asked, credential, username="jane"):
    text = credential if isinstance(credential, str) else json.dumps(credential)
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName="WEB_AUTHN",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": username, "CREDENTIAL": text},
    )


@pytest.fixture
def client(db):
    return app()


@pytest.fixture
def jane(client):
    return person(client)


@pytest.fixture
def token(cognito, client, jane):
    return token_of(cognito, client)


class TestStart:
    def test_gives_the_options_of_the_browser(self, cognito, jane, token):
        options = begin(cognito, token)

        assert len(decoded(options.pop("challenge"))) == 32
        assert options == {
            "rp": {"id": "example.com", "name": "example.com"},
            "user": {"id": b64(str(jane.sub).encode()), "name": "jane", "displayName": "jane"},
            "pubKeyCredParams": [{"type": "public-key", "alg": -7}, {"type": "public-key", "alg": -257}],
            "timeout": 60000,
            "excludeCredentials": [],
            "authenticatorSelection": {
                "requireResidentKey": True,
                "residentKey": "required",
                "userVerification": "preferred",
            },
        }

    def test_excludes_what_is_registered(self, cognito, token):
        authenticator = register(cognito, token)

        [excluded] = begin(cognito, token)["excludeCredentials"]

        assert excluded["id"] == b64(authenticator.credential_id)

    def test_is_refused_where_passkeys_are_off(self, cognito):
        client = app(factors=["PASSWORD"])
        person(client)

        assert refusal_of(begin, cognito=cognito, token=token_of(cognito, client))[0] == "WebAuthnNotEnabledException"

    def test_is_refused_without_a_relying_party(self, cognito):
        client = app(configuration=None)
        person(client)

        refused = refusal_of(begin, cognito=cognito, token=token_of(cognito, client))

        assert refused[0] == "WebAuthnConfigurationMissingException"

    def test_takes_the_host_of_managed_login_where_no_relying_party_is_set(self, cognito):
        client = app(configuration=None)
        person(client)
        domain = UserPoolDomainFactory(pool=client.pool, custom=True, managed_login_version=2)
        token = token_of(cognito, client)

        authenticator = register(cognito, token, SoftwareAuthenticator(origin=f"https://{domain.domain}"))
        asked, options = challenge(cognito, client)

        assert options["rpId"] == domain.domain
        assert "AuthenticationResult" in respond(cognito, client, asked, authenticator.get(options))

    @pytest.mark.parametrize("domain", [{"custom": True}, {"managed_login_version": 2}])
    def test_takes_no_classic_host_and_no_prefix_for_one(self, cognito, domain):
        client = app(configuration=None)
        person(client)
        UserPoolDomainFactory(pool=client.pool, **domain)

        refused = refusal_of(begin, cognito=cognito, token=token_of(cognito, client))

        assert refused[0] == "WebAuthnConfigurationMissingException"

    def test_is_refused_to_people_who_are_gone(self, cognito, jane, token):
        jane.delete()

        assert refusal_of(begin, cognito=cognito, token=token)[0] == "NotAuthorizedException"


class TestComplete:
    @pytest.mark.parametrize("algorithm", [-7, RS256])
    def test_keeps_the_passkey(self, cognito, token, algorithm):
        register(cognito, token, SoftwareAuthenticator(algorithm=algorithm))

        [credential] = cognito.list_web_authn_credentials(AccessToken=token)["Credentials"]
        assert isinstance(credential.pop("CreatedAt"), datetime.datetime)
        assert credential == {
            "CredentialId": Passkey.objects.get().credential_id,
            "FriendlyCredentialName": "Passkey",
            "RelyingPartyId": "example.com",
            "AuthenticatorAttachment": "platform",
            "AuthenticatorTransports": ["internal", "hybrid"],
        }

    def test_names_it_after_its_maker(self, cognito, token):
        register(cognito, token, SoftwareAuthenticator(aaguid=bytes.fromhex("d548826e79b4db40a3d811116f7e8349")))

        assert Passkey.objects.get().friendly_name == "Bitwarden"

    def test_uses_the_challenge_once(self, cognito, token):
        credential = SoftwareAuthenticator().create(begin(cognito, token))
        cognito.complete_web_authn_registration(AccessToken=token, Credential=credential)

        refused = refusal_of(cognito.complete_web_authn_registration, AccessToken=token, Credential=credential)

        assert refused[0] == "WebAuthnChallengeNotFoundException"

    def test_is_refused_when_nothing_was_started(self, cognito, token):
        options = begin(cognito, token)
        PasskeyRegistration.objects.all().delete()

        refused = refusal_of(
            cognito.complete_web_authn_registration,
            AccessToken=token,
            Credential=SoftwareAuthenticator().create(options),
        )

        assert refused[0] == "WebAuthnChallengeNotFoundException"

    def test_is_refused_when_it_took_too_long(self, cognito, token):
        options = begin(cognito, token)
        PasskeyRegistration.objects.update(expires_at=datetime.datetime.now(tz=datetime.UTC))

        refused = refusal_of(
            cognito.complete_web_authn_registration,
            AccessToken=token,
            Credential=SoftwareAuthenticator().create(options),
        )

        assert refused[0] == "WebAuthnChallengeNotFoundException"

    def test_is_refused_to_another_app(self, cognito, client, token):
        options = begin(cognito, token)
        other = UserPoolClientFactory(pool=client.pool, explicit_auth_flows=FLOWS)

        refused = refusal_of(
            cognito.complete_web_authn_registration,
            AccessToken=token_of(cognito, other),
            Credential=SoftwareAuthenticator().create(options),
        )

        assert refused[0] == "WebAuthnClientMismatchException"

    @pytest.mark.parametrize(
        ("bent", "error"),
        [
            ({"origin": "https://evil.test"}, "WebAuthnOriginNotAllowedException"),
            ({"origin": "https://notexample.com"}, "WebAuthnOriginNotAllowedException"),
            ({"origin": "http://example.com"}, "WebAuthnOriginNotAllowedException"),
            ({"origin": "https://["}, "WebAuthnOriginNotAllowedException"),
            ({"cross_origin": True}, "WebAuthnOriginNotAllowedException"),
            ({"rp_id": "evil.test"}, "WebAuthnRelyingPartyMismatchException"),
            ({"challenge": "A" * 43}, "WebAuthnChallengeNotFoundException"),
            ({"cose_key": {1: 1, 3: EDDSA, -1: 6, -2: bytes(32)}}, "WebAuthnCredentialNotSupportedException"),
            (
                {"cose_key": {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}},
                "WebAuthnCredentialNotSupportedException",
            ),
            (
                {"cose_key": {1: 3, 3: RS256, -1: b"\xff" * 64, -2: b"\1\0\1"}},
                "WebAuthnCredentialNotSupportedException",
            ),
            ({"type": "webauthn.get"}, "InvalidParameterException"),
            ({"flags": 0}, "InvalidParameterException"),
        ],
    )
    def test_refuses_what_does_not_fit(self, cognito, token, bent, error):
        credential = SoftwareAuthenticator().create(begin(cognito, token), **bent)

        refused = refusal_of(cognito.complete_web_authn_registration, AccessToken=token, Credential=credential)

        assert refused[0] == error
        assert not Passkey.objects.exists()

    @pytest.mark.parametrize("credential", [{}, [], 3, None, "text", {"rawId": "A", "response": {}}, {"id": 1}])
    def test_refuses_what_cannot_be_read(self, cognito, token, credential):
        begin(cognito, token)

        refused = refusal_of(cognito.complete_web_authn_registration, AccessToken=token, Credential=credential)

        assert refused[0] == "InvalidParameterException"

    @pytest.mark.parametrize("origin", ["https://example.com:8443", "https://app.example.com"])
    def test_accepts_pages_of_the_domain(self, cognito, token, origin):
        register(cognito, token, SoftwareAuthenticator(origin=origin))

    def test_accepts_origins_that_are_set(self, cognito, token, settings):
        origin = "android:apk-key-hash:abc"
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "PASSKEY_ORIGINS": [origin]}

        register(cognito, token, SoftwareAuthenticator(origin=origin))

    def test_demands_user_verification_where_it_is_required(self, cognito):
        client = app(configuration={**CONFIGURATION, "UserVerification": "required"})
        person(client)
        token = token_of(cognito, client)
        credential = SoftwareAuthenticator(user_verified=False).create(begin(cognito, token))

        refused = refusal_of(cognito.complete_web_authn_registration, AccessToken=token, Credential=credential)

        assert refused[0] == "WebAuthnCredentialNotSupportedException"

    def test_refuses_a_passkey_of_somebody_else(self, cognito, client, token):
        authenticator = register(cognito, token)
        person(client, "joe")
        joes = token_of(cognito, client, "joe")
        credential = authenticator.create(begin(cognito, joes))

        refused = refusal_of(cognito.complete_web_authn_registration, AccessToken=joes, Credential=credential)

        assert refused[0] == "InvalidParameterException"
        assert Passkey.objects.get().user.username == "jane"

    def test_stops_at_the_limit(self, cognito, token, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MAX_PASSKEYS": 2}
        register(cognito, token)
        late = SoftwareAuthenticator().create(begin(cognito, token))
        Passkey.objects.create(user=User.objects.get(), credential_id="x", public_key="", relying_party_id="a.b")

        refused = refusal_of(cognito.complete_web_authn_registration, AccessToken=token, Credential=late)

        assert refused[0] == "LimitExceededException"
        assert refusal_of(begin, cognito=cognito, token=token)[0] == "LimitExceededException"

    @pytest.mark.parametrize(
        ("strict", "passkeys", "is_refused"), [(True, 19, False), (True, 20, True), (False, 20, False)]
    )
    def test_stops_at_twenty_in_strict_pools_whatever_is_set(
        self, cognito, client, token, settings, strict, passkeys, is_refused
    ):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "MAX_PASSKEYS": 100}
        client.pool.strict = strict
        client.pool.save()
        Passkey.objects.bulk_create(
            Passkey(user=User.objects.get(), credential_id=f"x{number}", public_key="", relying_party_id="a.b")
            for number in range(passkeys)
        )

        if is_refused:
            assert refusal_of(begin, cognito=cognito, token=token)[0] == "LimitExceededException"
        else:
            register(cognito, token)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_two_answers_at_once_one_is_kept(self, cognito, token):
        options = begin(cognito, token)
        first, second = (SoftwareAuthenticator().create(options) for _number in range(2))

        results = race(
            lambda: cognito.complete_web_authn_registration(AccessToken=token, Credential=first),
            lambda: cognito.complete_web_authn_registration(AccessToken=token, Credential=second),
        )

        assert sum(isinstance(result, dict) for result in results) == 1
        assert Passkey.objects.count() == 1


class TestListAndDelete:
    def test_pages(self, cognito, token):
        made = [b64(register(cognito, token).credential_id) for _number in range(3)]

        first = cognito.list_web_authn_credentials(AccessToken=token, MaxResults=2)
        second = cognito.list_web_authn_credentials(AccessToken=token, MaxResults=2, NextToken=first["NextToken"])

        listed = [item["CredentialId"] for page in (first, second) for item in page["Credentials"]]
        assert listed == made
        assert "NextToken" not in second

    def test_deletes_ones_own(self, cognito, client, token):
        identifier = b64(register(cognito, token).credential_id)
        person(client, "joe")

        other = refusal_of(
            cognito.delete_web_authn_credential, AccessToken=token_of(cognito, client, "joe"), CredentialId=identifier
        )
        cognito.delete_web_authn_credential(AccessToken=token, CredentialId=identifier)

        assert other[0] == "ResourceNotFoundException"
        assert not Passkey.objects.exists()

    def test_knows_no_other(self, cognito, token):
        refused = refusal_of(cognito.delete_web_authn_credential, AccessToken=token, CredentialId="unknown")

        assert refused[0] == "ResourceNotFoundException"


class TestSigningIn:
    @pytest.mark.parametrize("algorithm", [-7, RS256])
    def test_signs_in(self, cognito, client, token, algorithm):
        authenticator = register(cognito, token, SoftwareAuthenticator(algorithm=algorithm))
        asked, options = challenge(cognito, client)

        tokens = respond(cognito, client, asked, authenticator.get(options))

        assert tokens["AuthenticationResult"]["RefreshToken"]
        assert (options["rpId"], options["userVerification"], options["timeout"]) == ("example.com", "preferred", 60000)
        assert options["allowCredentials"] == [
            {"id": b64(authenticator.credential_id), "type": "public-key", "transports": ["internal", "hybrid"]}
        ]
        assert (Passkey.objects.get().sign_count, Passkey.objects.get().last_used_at is None) == (1, False)

    def test_signs_in_with_the_choice(self, cognito, client, token):
        authenticator = register(cognito, token)
        asked = cognito.initiate_auth(ClientId=client.pk, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "jane"})
        options = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])

        tokens = cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="SELECT_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={
                "USERNAME": "jane",
                "ANSWER": "WEB_AUTHN",
                "CREDENTIAL": json.dumps(authenticator.get(options)),
            },
        )

        assert "WEB_AUTHN" in asked["AvailableChallenges"]
        assert tokens["AuthenticationResult"]

    def test_works_with_each_of_several(self, cognito, client, token):
        for authenticator in [register(cognito, token) for _number in range(2)]:
            asked, options = challenge(cognito, client)
            assert respond(cognito, client, asked, authenticator.get(options))["AuthenticationResult"]

    def test_works_again_with_a_counter_that_stays_at_zero(self, cognito, client, token):
        authenticator = register(cognito, token, SoftwareAuthenticator(counts=False))
        for _time in range(2):
            asked, options = challenge(cognito, client)
            assert respond(cognito, client, asked, authenticator.get(options))["AuthenticationResult"]

    @pytest.mark.parametrize(
        "bent",
        [
            {"origin": "https://evil.test"},
            {"rp_id": "evil.test"},
            {"challenge": "A" * 43},
            {"type": "webauthn.create"},
            {"flags": 0},
            {"signature": b"nonsense"},
            {"user_handle": b"somebody else"},
            {"cross_origin": True},
        ],
    )
    def test_refuses_what_does_not_fit_and_leaves_the_session_open(self, cognito, client, token, bent):
        authenticator = register(cognito, token)
        asked, options = challenge(cognito, client)

        refused = refusal_of(lambda: respond(cognito, client, asked, authenticator.get(options, **bent)))

        assert refused == ("NotAuthorizedException", "Incorrect username or password.")
        assert respond(cognito, client, asked, authenticator.get(options))["AuthenticationResult"]

    @pytest.mark.parametrize("text", ["{}", "nonsense", "[]", "null", '{"id":"A","rawId":"A","response":{}}'])
    def test_refuses_what_cannot_be_read(self, cognito, client, token, text):
        register(cognito, token)
        asked, _options = challenge(cognito, client)

        assert refusal_of(lambda: respond(cognito, client, asked, text))[0] == "NotAuthorizedException"

    def test_refuses_the_passkey_of_somebody_else(self, cognito, client, token):
        register(cognito, token)
        person(client, "joe")
        joes = register(cognito, token_of(cognito, client, "joe"))
        asked, options = challenge(cognito, client)

        assert refusal_of(lambda: respond(cognito, client, asked, joes.get(options)))[0] == "NotAuthorizedException"

    def test_refuses_a_copied_authenticator_and_notes_it(self, cognito, client, token):
        authenticator = register(cognito, token)
        asked, options = challenge(cognito, client)
        respond(cognito, client, asked, authenticator.get(options))
        asked, options = challenge(cognito, client)

        refused = refusal_of(lambda: respond(cognito, client, asked, authenticator.get(options, counter=1)))

        assert refused == ("NotAuthorizedException", "Incorrect username or password.")
        assert AuthEvent.objects.filter(reason="passkey.cloned", response="Fail").count() == 1

    def test_a_session_is_used_once(self, cognito, client, token):
        authenticator = register(cognito, token)
        asked, options = challenge(cognito, client)
        respond(cognito, client, asked, authenticator.get(options))

        refused = refusal_of(lambda: respond(cognito, client, asked, authenticator.get(options)))

        assert refused[1] == "Invalid session for the user, session can only be used once."

    def test_passkeys_of_an_older_relying_party_are_not_offered(self, cognito, client, token):
        register(cognito, token)
        client.pool.web_authn_configuration = {"RelyingPartyId": "example.org"}
        client.pool.save()

        asked = cognito.initiate_auth(ClientId=client.pk, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "jane"})

        assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_two_answers_at_once_one_signs_in(self, cognito, client, token):
        authenticator = register(cognito, token)
        asked, options = challenge(cognito, client)
        credential = authenticator.get(options)

        results = race(*[lambda: respond(cognito, client, asked, credential)] * 2)

        assert sum(isinstance(result, dict) for result in results) == 1


class TestTogetherWithMfa:
    MFA = {"mfa_configuration": "OPTIONAL", "software_token_mfa_enabled": True}

    def registered(self, cognito, client):
        jane = person(client)
        authenticator = register(cognito, token_of(cognito, client))
        enrol(jane)
        return authenticator

    def test_asks_for_the_second_factor_afterwards(self, cognito, db):
        client = app(**self.MFA)
        authenticator = self.registered(cognito, client)
        asked, options = challenge(cognito, client)

        answered = respond(cognito, client, asked, authenticator.get(options))

        assert answered["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert "AvailableChallenges" not in answered

    def test_counts_as_two_factors_where_the_pool_says_so(self, cognito, db):
        configuration = {**CONFIGURATION, "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
        client = app(configuration=configuration, **self.MFA)
        authenticator = self.registered(cognito, client)
        asked, options = challenge(cognito, client)
        assert options["userVerification"] == "required"

        unverified = refusal_of(lambda: respond(cognito, client, asked, authenticator.get(options, flags=PRESENT)))
        tokens = respond(cognito, client, asked, authenticator.get(options))

        assert unverified[0] == "NotAuthorizedException"
        assert tokens["AuthenticationResult"]

    def test_is_not_offered_in_strict_pools(self, cognito, db):
        client = app(strict=True, **self.MFA)
        self.registered(cognito, client)

        asked = cognito.initiate_auth(ClientId=client.pk, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "jane"})

        assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


class TestConfiguration:
    def set(self, cognito, pool, **members):
        return cognito.set_user_pool_mfa_config(UserPoolId=pool.pk, WebAuthnConfiguration=members)

    def test_is_given_back(self, cognito, db):
        pool = UserPoolFactory()
        members = {"RelyingPartyId": "example.com", "UserVerification": "required"}

        assert self.set(cognito, pool, **members)["WebAuthnConfiguration"] == members
        assert cognito.get_user_pool_mfa_config(UserPoolId=pool.pk)["WebAuthnConfiguration"] == members

    @pytest.mark.parametrize(
        "domain", ["com", "co.uk", "github.io", "https://example.com", "example.com:8000", "10.0.0.1"]
    )
    def test_refuses_what_is_no_domain_of_ones_own(self, cognito, db, domain):
        refused = refusal_of(lambda: self.set(cognito, UserPoolFactory(), RelyingPartyId=domain))

        assert refused[0] == "InvalidParameterException"

    def test_accepts_localhost(self, cognito, db):
        assert self.set(cognito, UserPoolFactory(), RelyingPartyId="localhost")
