"""SRP verifiers: where they are made, kept, and recognised as stale."""

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from cognito_auth.choices import UserStatus
from cognito_auth.models import SrpVerifier, User
from cognito_auth.services import srp, srp_verifiers, user_names
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

PASSWORD = "Passw0rd!"
OTHER = "0ther-Passw0rd!"
ALL_FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
PASSWORD_ONLY = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def fits(user, password):
    """Whether the stored verifier is the password's."""
    verifier = srp_verifiers.find(user)
    names = {"group": user.pool.srp_name, "identity": user.username, "password": password}
    return verifier is not None and srp.make_verifier(**names, salt=verifier.salt) == verifier


@pytest.fixture
def client(db):
    return UserPoolClientFactory(explicit_auth_flows=ALL_FLOWS)


@pytest.fixture
def jane(client):
    user = UserFactory(pool=client.pool, username="jane", confirmed=True)
    srp_verifiers.remember(user, PASSWORD)
    return user


@pytest.mark.django_db
class TestIsOffered:
    @pytest.mark.parametrize(
        ("flows", "offered"),
        [
            (None, True),
            ([], True),
            (["ALLOW_USER_SRP_AUTH"], True),
            (["ALLOW_USER_AUTH"], True),
            (["ALLOW_CUSTOM_AUTH"], True),
            (["USER_PASSWORD_AUTH"], True),
            (["CUSTOM_AUTH_FLOW_ONLY"], True),
            (PASSWORD_ONLY, False),
            (["ALLOW_ADMIN_USER_PASSWORD_AUTH"], False),
        ],
    )
    def test_by_the_flows_of_any_client(self, flows, offered):
        pool = UserPoolFactory()
        UserPoolClientFactory(pool=pool, explicit_auth_flows=PASSWORD_ONLY)
        UserPoolClientFactory(explicit_auth_flows=ALL_FLOWS)
        UserPoolClientFactory(pool=pool, explicit_auth_flows=flows)

        assert srp_verifiers.is_offered(pool) is offered


class TestRemember:
    def test_stores_nothing_readable(self, jane):
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM cognito_auth_srpverifier")
            stored = cursor.fetchone()[0]

        assert fits(jane, PASSWORD)
        assert f"{srp_verifiers.find(jane).value:x}" not in stored

    def test_replaces_the_older_one(self, jane):
        jane.set_password(OTHER)
        jane.save()
        assert srp_verifiers.find(jane) is None

        srp_verifiers.remember(jane, OTHER)

        assert fits(jane, OTHER)

    def test_stores_nothing_for_a_password_that_was_replaced_meanwhile(self, jane):
        stale = User.objects.get(pk=jane.pk)
        jane.set_password(OTHER)
        jane.save()

        srp_verifiers.remember(stale, PASSWORD)

        assert not SrpVerifier.objects.exists()

    def test_removes_it_where_nobody_can_use_it(self, client, jane):
        client.explicit_auth_flows = PASSWORD_ONLY
        client.save()

        srp_verifiers.remember(jane, PASSWORD)

        assert not SrpVerifier.objects.exists()


class TestIsMissing:
    def test_costs_no_query_for_a_user_who_was_looked_up(self, client, jane, django_assert_num_queries):
        found = user_names.find(client.pool, "jane")

        with django_assert_num_queries(0):
            assert not srp_verifiers.is_missing(found)

    def test_of_a_user_without_or_with_a_stale_one(self, client, jane):
        UserFactory(pool=client.pool, username="joe")
        jane.set_password(OTHER)
        jane.save()

        assert srp_verifiers.is_missing(user_names.find(client.pool, "joe"))
        assert srp_verifiers.is_missing(user_names.find(client.pool, "jane"))


class TestSimulated:
    def test_is_the_same_for_the_same_name_and_pool(self, client):
        pool = client.pool

        assert srp_verifiers.simulated(pool, "Nobody") == srp_verifiers.simulated(pool, "nobody")
        assert srp_verifiers.simulated(pool, "nobody") != srp_verifiers.simulated(pool, "noone")
        assert srp_verifiers.simulated(pool, "nobody") != srp_verifiers.simulated(UserPoolFactory(), "nobody")

    def test_looks_like_a_real_one(self, client):
        verifier = srp_verifiers.simulated(client.pool, "nobody")

        assert verifier.salt.bit_length() <= 128
        assert 3000 < verifier.value.bit_length() <= 3072


@pytest.mark.django_db
class TestEveryWayToSetAPassword:
    def test_sign_up(self, cognito, client):
        cognito.sign_up(
            ClientId=client.pk,
            Username="Jane",
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": "jane@example.com"}],
        )

        assert fits(User.objects.get(), PASSWORD)

    def test_sign_up_where_another_client_of_the_pool_allows_srp(self, cognito, client):
        other = UserPoolClientFactory(pool=client.pool, explicit_auth_flows=PASSWORD_ONLY)

        cognito.sign_up(ClientId=other.pk, Username="jane", Password=PASSWORD)

        assert fits(User.objects.get(), PASSWORD)

    def test_sign_up_where_none_does(self, cognito):
        client = UserPoolClientFactory(explicit_auth_flows=PASSWORD_ONLY)

        cognito.sign_up(ClientId=client.pk, Username="jane", Password=PASSWORD)

        assert not SrpVerifier.objects.exists()

    def test_invitation_and_the_next_one(self, cognito, client):
        pool = {"UserPoolId": client.pool_id, "Username": "jane"}
        mail = {"UserAttributes": [{"Name": "email", "Value": "jane@example.com"}]}
        cognito.admin_create_user(**pool, **mail, TemporaryPassword=PASSWORD)
        assert fits(User.objects.get(), PASSWORD)

        cognito.admin_create_user(**pool, TemporaryPassword=OTHER, MessageAction="RESEND")

        assert fits(User.objects.get(), OTHER)

    def test_first_password_of_ones_own(self, cognito, client):
        UserFactory(pool=client.pool, username="jane", invited=True)
        asked = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
        )

        cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": OTHER},
        )

        assert fits(User.objects.get(), OTHER)

    def test_by_an_administrator(self, cognito, client, jane):
        cognito.admin_set_user_password(UserPoolId=client.pool_id, Username="jane", Password=OTHER, Permanent=True)

        assert fits(User.objects.get(), OTHER)

    def test_change(self, cognito, client, jane):
        tokens = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
        )["AuthenticationResult"]

        cognito.change_password(AccessToken=tokens["AccessToken"], PreviousPassword=PASSWORD, ProposedPassword=OTHER)

        assert fits(User.objects.get(), OTHER)

    def test_reset(self, cognito, client, jane, mailoutbox):
        cognito.forgot_password(ClientId=client.pk, Username="jane")
        code = next(word.strip(".") for word in mailoutbox[-1].body.split() if word.strip(".").isdigit())

        cognito.confirm_forgot_password(ClientId=client.pk, Username="jane", ConfirmationCode=code, Password=OTHER)

        assert fits(User.objects.get(), OTHER)


@pytest.mark.django_db
class TestFirstSignInWithAPassword:
    def sign_in(self, cognito, client):
        return cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client.pk,
            AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
        )

    def test_makes_the_verifier_once_a_client_allows_srp(self, cognito):
        client = UserPoolClientFactory(explicit_auth_flows=PASSWORD_ONLY)
        jane = UserFactory(pool=client.pool, username="jane", confirmed=True)
        self.sign_in(cognito, client)
        assert not SrpVerifier.objects.exists()

        UserPoolClientFactory(pool=client.pool, explicit_auth_flows=ALL_FLOWS)
        self.sign_in(cognito, client)

        assert fits(jane, PASSWORD)

    def test_leaves_a_good_one_alone(self, cognito, client, jane):
        before = srp_verifiers.find(jane)

        self.sign_in(cognito, client)

        assert srp_verifiers.find(jane) == before

    def test_makes_none_for_an_account_that_may_not_sign_in(self, cognito, client):
        UserFactory(pool=client.pool, username="jane", status=UserStatus.UNCONFIRMED)

        with pytest.raises(cognito.exceptions.UserNotConfirmedException):
            self.sign_in(cognito, client)

        assert not SrpVerifier.objects.exists()

    def test_fits_a_hash_that_was_renewed_by_the_sign_in(self, cognito, client, jane):
        User.objects.update(password=make_password(PASSWORD, hasher="argon2"))

        self.sign_in(cognito, client)

        renewed = User.objects.get()
        assert not renewed.password.startswith("argon2")
        assert fits(renewed, PASSWORD)


@pytest.mark.django_db
def test_deleting_the_user_deletes_it(cognito, client, jane):
    cognito.admin_delete_user(UserPoolId=client.pool_id, Username="jane")

    assert not SrpVerifier.objects.exists()
