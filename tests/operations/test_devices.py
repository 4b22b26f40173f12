"""Devices: new, confirmed, proved, remembered, forgotten."""

import base64

import pytest
from django.utils import timezone

import cognito_auth
from cognito_auth.models import AttemptCounter, Device, SignInAttempt, User
from cognito_auth.services import devices, srp, srp_verifiers
from cognito_auth.services.request_origin import RequestOrigin
from example_project.demo.journey import decode
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of
from tests.srp_client import SrpClient

PASSWORD = "Passw0rd!"
DEVICE_PASSWORD = "AAECAwQFBgcICQoLDA0ODw=="
UNKNOWN = ("ResourceNotFoundException", "Device does not exist.")
INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")
FLOWS = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


@pytest.fixture
def pool(db):
    return UserPoolFactory(
        device_configuration={"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    )


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool, explicit_auth_flows=FLOWS)


@pytest.fixture
def jane(pool):
    user = UserFactory(pool=pool, username="jane", confirmed=True)
    srp_verifiers.remember(user, PASSWORD)
    return user


def sign_in(cognito, client, **parameters):
    return cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client.pk,
        AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD, **parameters},
    )


def confirm(cognito, result, **changes):
    new = result["NewDeviceMetadata"]
    verifier = srp.make_verifier(group=new["DeviceGroupKey"], identity=new["DeviceKey"], password=DEVICE_PASSWORD)
    return cognito.confirm_device(
        **{
            "AccessToken": result["AccessToken"],
            "DeviceKey": new["DeviceKey"],
            "DeviceName": "laptop",
            "DeviceSecretVerifierConfig": {
                "Salt": base64.b64encode(srp.pad(verifier.salt)).decode(),
                "PasswordVerifier": base64.b64encode(srp.pad(verifier.value)).decode(),
            },
            **changes,
        }
    )


@pytest.fixture
def result(cognito, client, jane):
    """A sign-in whose device is confirmed."""
    result = sign_in(cognito, client)["AuthenticationResult"]
    confirm(cognito, result)
    return result


def respond(cognito, client, name, session, **answers):
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName=name,
        ChallengeResponses={"USERNAME": "jane", **answers},
        **({"Session": session} if session else {}),
    )


def respond_as_admin(cognito, client, name, session, **answers):
    return cognito.admin_respond_to_auth_challenge(
        UserPoolId=client.pool_id,
        ClientId=client.pk,
        ChallengeName=name,
        ChallengeResponses={"USERNAME": "jane", **answers},
        Session=session,
    )


def prove(cognito, client, result, asked, *, password=DEVICE_PASSWORD, sessions=True, respond=respond):
    """Answer both challenges of a device."""
    new, person = result["NewDeviceMetadata"], SrpClient(password)
    key = {"DEVICE_KEY": new["DeviceKey"]}
    session = asked["Session"] if sessions else None
    begun = respond(cognito, client, "DEVICE_SRP_AUTH", session, SRP_A=person.srp_a, **key)
    assert begun["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER"
    claims = person.claims(
        group=new["DeviceGroupKey"],
        identity=new["DeviceKey"],
        parameters=begun["ChallengeParameters"],
        now=timezone.now(),
    )
    session = begun["Session"] if sessions else None
    return respond(cognito, client, "DEVICE_PASSWORD_VERIFIER", session, **claims, **key)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestProofInParallel:
    def begin(self, cognito, client, result, person):
        """Return the device's challenge, as far as its proof."""
        asked = sign_in(cognito, client, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])
        key = {"DEVICE_KEY": result["NewDeviceMetadata"]["DeviceKey"]}
        return respond(cognito, client, "DEVICE_SRP_AUTH", asked["Session"], SRP_A=person.srp_a, **key)

    def answer(self, cognito, client, result, person, begun):
        new = result["NewDeviceMetadata"]
        claims = person.claims(
            group=new["DeviceGroupKey"],
            identity=new["DeviceKey"],
            parameters=begun["ChallengeParameters"],
            now=timezone.now(),
        )
        key = {"DEVICE_KEY": new["DeviceKey"]}
        return respond(cognito, client, "DEVICE_PASSWORD_VERIFIER", begun["Session"], **claims, **key)

    def test_of_two_answers_at_once_one_signs_in(self, cognito, client, result):
        person = SrpClient(DEVICE_PASSWORD)
        begun = self.begin(cognito, client, result, person)

        results = race(*[lambda: self.answer(cognito, client, result, person, begun)] * 4)

        assert sum(isinstance(answer, dict) for answer in results) == 1

    def test_compares_no_more_proofs_than_one_after_the_other(self, cognito, client, result):
        person = SrpClient("guess")
        begun = [self.begin(cognito, client, result, person) for _time in range(10)]

        results = race(*[lambda one=one: self.answer(cognito, client, result, person, one) for one in begun])

        assert {answer.response["Error"]["Code"] for answer in results} == {"NotAuthorizedException"}
        locked = [answer for answer in results if "attempts exceeded" in answer.response["Error"]["Message"]]
        # The lock after the fifth lasts a second, while which some of the others still wait.
        assert 5 <= len(results) - len(locked) <= 6
        assert AttemptCounter.objects.get().failed == len(results) - len(locked)


class TestNewDevice:
    def test_comes_with_its_keys_and_stands_in_the_access_token(self, cognito, client, jane):
        result = sign_in(cognito, client)["AuthenticationResult"]

        key = result["NewDeviceMetadata"]["DeviceKey"]
        assert key.startswith("eu-west-1_")
        assert len(result["NewDeviceMetadata"]["DeviceGroupKey"]) == 9
        assert decode(result["AccessToken"])[1]["device_key"] == key
        assert "device_key" not in decode(result["IdToken"])[1]
        assert not Device.objects.exists()

    def test_comes_with_an_administrative_sign_in_too(self, cognito, client, pool, jane):
        def sign_in_by_admin(**parameters):
            return cognito.admin_initiate_auth(
                UserPoolId=pool.pk,
                ClientId=client.pk,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD, **parameters},
            )

        result = sign_in_by_admin()["AuthenticationResult"]
        confirm(cognito, result)
        key = result["NewDeviceMetadata"]["DeviceKey"]
        asked = sign_in_by_admin(DEVICE_KEY=key)
        again = prove(cognito, client, result, asked, respond=respond_as_admin)["AuthenticationResult"]

        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert "NewDeviceMetadata" not in again
        assert decode(again["AccessToken"])[1]["device_key"] == key
        assert refusal_of(sign_in_by_admin, DEVICE_KEY="eu-west-1_0-0") == UNKNOWN

    def test_there_is_none_where_devices_are_not_tracked(self, cognito, client, pool, jane):
        pool.device_configuration = None
        pool.save()
        assert "NewDeviceMetadata" not in sign_in(cognito, client, DEVICE_KEY="any")["AuthenticationResult"]


class TestConfirmDevice:
    def test_takes_base64_without_padding(self, cognito, client, jane):
        answer = confirm(
            cognito,
            sign_in(cognito, client)["AuthenticationResult"],
            DeviceSecretVerifierConfig={"PasswordVerifier": "TXlWZXJpZmllclN0cmluZw", "Salt": "TXlTUlBTYWx0"},
        )

        assert answer["UserConfirmationNecessary"] is False

    def test_remembers_at_once_or_when_asked(self, cognito, client, pool, jane):
        answer = confirm(cognito, sign_in(cognito, client)["AuthenticationResult"])
        assert answer["UserConfirmationNecessary"] is False
        assert Device.objects.get().is_remembered

        pool.device_configuration = {"DeviceOnlyRememberedOnUserPrompt": True}
        pool.save()
        answer = confirm(cognito, sign_in(cognito, client)["AuthenticationResult"])

        assert answer["UserConfirmationNecessary"] is True
        assert sorted(Device.objects.values_list("is_remembered", flat=True)) == [False, True]

    def test_twice_is_refused(self, cognito, result):
        assert refusal_of(confirm, cognito=cognito, result=result)[0] == "DeviceKeyExistsException"

    def test_takes_only_the_key_of_the_token(self, cognito, client, jane):
        result = sign_in(cognito, client)["AuthenticationResult"]
        other = sign_in(cognito, client)["AuthenticationResult"]["NewDeviceMetadata"]["DeviceKey"]

        assert refusal_of(confirm, cognito=cognito, result=result, DeviceKey=other) == UNKNOWN

    @pytest.mark.parametrize(
        "secrets",
        [{}, {"Salt": "AQ=="}, {"Salt": "AQ==", "PasswordVerifier": "AA=="}, {"Salt": "!", "PasswordVerifier": "!"}],
    )
    def test_needs_salt_and_verifier(self, cognito, client, jane, secrets):
        result = sign_in(cognito, client)["AuthenticationResult"]

        refused = refusal_of(confirm, cognito=cognito, result=result, DeviceSecretVerifierConfig=secrets)

        assert refused[0] == "InvalidParameterException"

    def test_is_refused_where_devices_are_not_tracked(self, cognito, client, pool, jane):
        result = sign_in(cognito, client)["AuthenticationResult"]
        pool.device_configuration = None
        pool.save()

        refused = refusal_of(confirm, cognito=cognito, result=result)

        assert refused[0] == "InvalidUserPoolConfigurationException"


class TestSignInFromAKnownDevice:
    @pytest.mark.parametrize("sessions", [True, False])
    def test_proves_the_device_after_the_password(self, cognito, client, result, sessions):
        key = result["NewDeviceMetadata"]["DeviceKey"]
        asked = sign_in(cognito, client, DEVICE_KEY=key)
        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"

        answer = prove(cognito, client, result, asked, sessions=sessions)["AuthenticationResult"]

        assert "NewDeviceMetadata" not in answer
        assert decode(answer["AccessToken"])[1]["device_key"] == key

    def test_also_after_srp(self, cognito, client, result):
        person = SrpClient(PASSWORD)
        key = {"DEVICE_KEY": result["NewDeviceMetadata"]["DeviceKey"]}
        asked = cognito.initiate_auth(
            AuthFlow="USER_SRP_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "SRP_A": person.srp_a},
        )
        claims = person.claims(
            group=client.pool.srp_name, identity="jane", parameters=asked["ChallengeParameters"], now=timezone.now()
        )

        asked = respond(cognito, client, "PASSWORD_VERIFIER", None, **claims, **key)

        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert "AuthenticationResult" in prove(cognito, client, result, asked, sessions=False)

    def test_a_wrong_device_password_is_refused(self, cognito, client, result):
        asked = sign_in(cognito, client, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])

        refused = refusal_of(prove, cognito=cognito, client=client, result=result, asked=asked, password="guess")

        assert refused == INCORRECT

    def test_a_device_alone_proves_nobody(self, cognito, client, result):
        key = result["NewDeviceMetadata"]["DeviceKey"]

        refused = refusal_of(
            respond,
            cognito=cognito,
            client=client,
            name="DEVICE_SRP_AUTH",
            session=None,
            DEVICE_KEY=key,
            SRP_A="2",
        )

        assert refused == ("InvalidParameterException", "Missing required parameter Session")

    def test_a_device_forgotten_meanwhile_is_refused(self, cognito, client, result):
        asked = sign_in(cognito, client, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])
        Device.objects.all().delete()

        assert refusal_of(prove, cognito=cognito, client=client, result=result, asked=asked) == UNKNOWN


class TestSignInFromAnUnknownDevice:
    def test_is_refused_with_a_plain_password(self, cognito, client, jane):
        for _time in range(7):
            assert refusal_of(sign_in, cognito=cognito, client=client, DEVICE_KEY="eu-west-1_gone") == UNKNOWN

        assert "AuthenticationResult" in sign_in(cognito, client)

    def test_does_not_use_up_the_proof_of_a_password(self, cognito, client, jane):
        person = SrpClient(PASSWORD)
        asked = cognito.initiate_auth(
            AuthFlow="USER_SRP_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "SRP_A": person.srp_a},
        )
        claims = person.claims(
            group=client.pool.srp_name, identity="jane", parameters=asked["ChallengeParameters"], now=timezone.now()
        )
        answer = {"cognito": cognito, "client": client, "name": "PASSWORD_VERIFIER", "session": asked["Session"]}

        assert refusal_of(respond, **answer, **claims, DEVICE_KEY="eu-west-1_gone") == UNKNOWN
        assert SignInAttempt.objects.get().consumed_at is None
        assert "NewDeviceMetadata" in respond(**answer, **claims)["AuthenticationResult"]

    def test_of_somebody_else_too(self, cognito, client, pool, result):
        UserFactory(pool=pool, username="joe", confirmed=True)
        key = result["NewDeviceMetadata"]["DeviceKey"]

        assert refusal_of(sign_in, cognito=cognito, client=client, USERNAME="joe", DEVICE_KEY=key) == UNKNOWN


class TestStandsInForMfa:
    @pytest.mark.parametrize(
        ("configuration", "is_remembered", "stands_in"),
        [
            ({"ChallengeRequiredOnNewDevice": True}, True, True),
            ({"ChallengeRequiredOnNewDevice": True}, False, False),
            ({"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": True}, True, False),
        ],
    )
    def test_only_a_remembered_one_where_the_pool_says_so(
        self, client, pool, jane, configuration, is_remembered, stands_in
    ):
        from cognito_auth.services.request_origin import RequestOrigin
        from cognito_auth.services.sign_in.attempt import SignIn

        pool.device_configuration = configuration
        sign_in = SignIn(client=client, flow="", username="jane", origin=RequestOrigin(), now=timezone.now())
        sign_in.user = jane
        Device.objects.create(
            key="key",
            user=jane,
            group_key="group",
            is_remembered=is_remembered,
            created_at=sign_in.now,
            last_modified_at=sign_in.now,
            last_authenticated_at=sign_in.now,
        )
        assert not devices.stands_in_for_mfa(sign_in)

        devices.recognise(sign_in, "key")

        assert devices.stands_in_for_mfa(sign_in) is stands_in


class TestRefreshing:
    def refresh(self, cognito, client, result, **parameters):
        return cognito.initiate_auth(
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=client.pk,
            AuthParameters={"REFRESH_TOKEN": result["RefreshToken"], **parameters},
        )["AuthenticationResult"]

    @pytest.mark.parametrize("parameters", [{}, {"DEVICE_KEY": "eu-west-1_other"}])
    def test_works_without_the_device_key(self, cognito, client, result, parameters):
        renewed = self.refresh(cognito, client, result, **parameters)

        assert decode(renewed["AccessToken"])[1]["device_key"] == result["NewDeviceMetadata"]["DeviceKey"]

    @pytest.mark.parametrize("parameters", [{}, {"DEVICE_KEY": "eu-west-1_other"}])
    def test_needs_it_in_strict_pools(self, cognito, client, pool, result, parameters):
        pool.strict = True
        pool.save()

        with pytest.raises(cognito.exceptions.NotAuthorizedException) as refusal:
            self.refresh(cognito, client, result, **parameters)

        assert refusal.value.response["Error"]["Message"] == "Invalid Refresh Token"
        assert self.refresh(cognito, client, result, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])
        assert cognito.get_tokens_from_refresh_token(
            ClientId=client.pk,
            RefreshToken=result["RefreshToken"],
            DeviceKey=result["NewDeviceMetadata"]["DeviceKey"],
        )


class TestOwnDevices:
    def test_are_shown_renamed_remembered_and_forgotten(self, cognito, client, result):
        named = {"AccessToken": result["AccessToken"], "DeviceKey": result["NewDeviceMetadata"]["DeviceKey"]}

        shown = cognito.get_device(**named)["Device"]
        cognito.update_device_status(**named, DeviceRememberedStatus="not_remembered")

        assert shown["DeviceKey"] == named["DeviceKey"]
        assert {"Name": "device_name", "Value": "laptop"} in shown["DeviceAttributes"]
        assert not Device.objects.get().is_remembered

        cognito.forget_device(**named)
        for call in (cognito.get_device, cognito.forget_device):
            assert refusal_of(call, **named) == UNKNOWN
        assert refusal_of(cognito.update_device_status, **named, DeviceRememberedStatus="remembered") == UNKNOWN

    def test_are_shown_to_nobody_without_a_token(self, cognito, result):
        key = result["NewDeviceMetadata"]["DeviceKey"]

        for call in (cognito.get_device, cognito.forget_device):
            assert refusal_of(call, DeviceKey=key) == (
                "InvalidParameterException",
                "Missing required parameter AccessToken",
            )

    def test_are_listed_page_by_page(self, cognito, client, result):
        for _time in range(4):
            confirm(cognito, sign_in(cognito, client)["AuthenticationResult"])
        keys, token = [], {}
        while True:
            page = cognito.list_devices(AccessToken=result["AccessToken"], Limit=2, **token)
            keys += [device["DeviceKey"] for device in page["Devices"]]
            if "PaginationToken" not in page:
                break
            token = {"PaginationToken": page["PaginationToken"]}

        assert keys == sorted(Device.objects.values_list("key", flat=True))
        assert len(keys) == 5


class TestDevicesOfAUser:
    def test_are_seen_and_changed_by_administrators(self, cognito, pool, result):
        key = result["NewDeviceMetadata"]["DeviceKey"]
        named = {"UserPoolId": pool.pk, "Username": "jane", "DeviceKey": key}

        shown = cognito.admin_get_device(**named)["Device"]
        listed = cognito.admin_list_devices(UserPoolId=pool.pk, Username="jane")["Devices"]

        attributes = {attribute["Name"]: attribute["Value"] for attribute in shown["DeviceAttributes"]}
        assert attributes["dev:device_remembered_status"] == "remembered"
        assert attributes["dev:device_owner"] == f"jane.{pool.pk}"
        assert attributes["dev:device_sdk"] == "aws-sdk"
        assert attributes["dev:device_arn"].endswith(f":owner/jane.{pool.pk}/device/{key}")
        assert listed == [shown]

        cognito.admin_update_device_status(**named, DeviceRememberedStatus="not_remembered")
        assert not Device.objects.get().is_remembered
        cognito.admin_forget_device(**named)
        assert refusal_of(cognito.admin_forget_device, **named) == UNKNOWN

    def test_of_nobody(self, cognito, pool):
        named = {"UserPoolId": pool.pk, "Username": "nobody"}

        assert refusal_of(cognito.admin_list_devices, **named)[0] == "ResourceNotFoundException"
        assert (
            refusal_of(cognito.admin_get_device, **named, DeviceKey="eu-west-1_0-0")[0] == "ResourceNotFoundException"
        )
        assert refusal_of(cognito.admin_forget_device, **named, DeviceKey="eu-west-1_0-0")[0] == "UserNotFoundException"

    def test_go_with_the_user(self, cognito, pool, result):
        cognito.admin_delete_user(UserPoolId=pool.pk, Username="jane")

        assert not Device.objects.exists()
        assert not User.objects.exists()


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def _asks_for_a_code(self, pool, result):
        pool.mfa_configuration, pool.email_mfa_enabled = "OPTIONAL", True
        pool.save()
        User.objects.update(email_mfa_enabled=True, preferred_mfa="EMAIL_OTP")

    def test_is_left_out_on_a_remembered_device(self, cognito, client, result):
        asked = sign_in(cognito, client, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])

        assert asked["ChallengeName"] == "DEVICE_SRP_AUTH"
        assert "AuthenticationResult" in prove(cognito, client, result, asked)

    def test_is_asked_for_on_a_device_that_is_not_remembered(self, cognito, client, result):
        Device.objects.update(is_remembered=False)

        assert sign_in(cognito, client, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])["ChallengeName"] == (
            "EMAIL_OTP"
        )

    @pytest.mark.parametrize("action", ["MFA_IF_CONFIGURED", "MFA_REQUIRED"])
    def test_is_asked_for_on_a_remembered_device_too_where_a_risk_demands_it(
        self, cognito, client, pool, result, action
    ):
        pool.user_pool_add_ons = {"AdvancedSecurityMode": "ENFORCED"}
        pool.save()
        actions = {"MediumAction": {"Notify": False, "EventAction": action}}
        cognito.set_risk_configuration(UserPoolId=pool.pk, AccountTakeoverRiskConfiguration={"Actions": actions})
        elsewhere = cognito_auth.client(
            origin=RequestOrigin(ip_address="198.51.100.1", user_agent="Android Chrome/140")
        )

        asked = sign_in(elsewhere, client, DEVICE_KEY=result["NewDeviceMetadata"]["DeviceKey"])

        assert asked["ChallengeName"] == "EMAIL_OTP"

    def test_is_asked_for_without_a_device(self, cognito, client, result):
        assert sign_in(cognito, client)["ChallengeName"] == "EMAIL_OTP"
