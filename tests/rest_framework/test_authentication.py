"""Authentication of requests by tokens."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import override_settings
from django.utils import timezone
from rest_framework.authentication import BasicAuthentication
from rest_framework.permissions import AllowAny
from rest_framework_simplejwt.authentication import JWTAuthentication

from cognito_auth.models import ForeignIdentity, User, UserPoolClient
from cognito_auth.rest_framework.authentication import CognitoAuthentication
from cognito_auth.rest_framework.principals import MachinePrincipal, TokenUser
from cognito_auth.services.tokens import keys, revoke, signing
from cognito_auth.services.tokens.issue import Authorization
from tests import tokens
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NO_TOKEN = 'Bearer realm="api"'
INVALID_REQUEST = (
    'Bearer realm="api", error="invalid_request",'
    ' error_description="The Authorization header must be Bearer and one token"'
)
INVALID_TOKEN = (
    'Bearer realm="api", error="invalid_token", error_description="The token is invalid, expired or revoked"'
)


@pytest.fixture
def bearer(sign_in):
    return f"Bearer {sign_in().access_token}"


def refuses(answer, challenge=INVALID_TOKEN):
    """Tell whether an answer is a 401 with the challenge."""
    return (answer.status, answer.challenge) == (401, challenge)


class TestHeader:
    @pytest.mark.parametrize("header", [None, "", "Basic dXNlcjpwYXNz", "Token abc", "abc", "a.b.c", "BearerX a.b.c"])
    def test_of_another_scheme_leaves_the_request_alone(self, ask, header):
        assert refuses(ask(header), NO_TOKEN)
        assert isinstance(ask(header, permission_classes=[AllowAny]).user, AnonymousUser)

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
    def test_may_write_the_scheme_in_any_case(self, ask, sign_in, user, scheme):
        assert ask(f"{scheme} {sign_in().access_token}").user == user

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer ", "Bearer a b", "bearer a b c", "Bearer a.b.c,Bearer d.e.f g"]
    )
    def test_that_is_malformed_is_refused(self, ask, header):
        answer = ask(header)

        assert refuses(answer, INVALID_REQUEST)
        assert answer.data["code"] == "bad_authorization_header"

    @pytest.mark.parametrize(
        "token", ["x", "a.b.c", "é.é.é", "\x00", "a.b.c.d.e", "x" * 100_000, "[" * 10_000, "eyJ9.eyJ9.", "a.b.c,d.e.f"]
    )
    def test_with_what_is_no_token_is_refused(self, ask, token):
        answer = ask(f"Bearer {token}")

        assert refuses(answer)
        assert answer.data == {"detail": "The token is invalid, expired or revoked.", "code": "token_not_valid"}

    def test_may_leave_the_scheme_out_where_the_settings_say_so(self, ask, sign_in, user, cognito_settings):
        token = sign_in().access_token
        assert refuses(ask(token), NO_TOKEN)
        cognito_settings(ACCEPT_BARE_TOKENS=True)

        assert ask(token).user == user
        assert refuses(ask("a.b.c"))
        assert refuses(ask("Basic"), NO_TOKEN)


class TestOwnToken:
    def test_brings_the_user_and_the_token(self, ask, bearer, user, app_client):
        answer = ask(bearer)

        assert answer.user == user
        assert isinstance(answer.user, User)
        assert answer.auth.sub == str(user.sub)
        assert answer.auth.client_id == app_client.pk
        assert answer.auth.pool_id == user.pool_id
        assert answer.auth.scopes == {"aws.cognito.signin.user.admin"}
        assert answer.auth.claims["username"] == user.username

    @pytest.mark.parametrize("revocable", [True, False])
    def test_takes_one_query(self, ask, sign_in, app_client, revocable, django_assert_num_queries):
        app_client.enable_token_revocation = revocable
        bearer = f"Bearer {sign_in().access_token}"
        ask(bearer)

        with django_assert_num_queries(1):
            assert ask(bearer).status == 200

    def test_of_the_other_kind_is_refused(self, ask, sign_in):
        assert refuses(ask(f"Bearer {sign_in().id_token}"))

    def test_of_a_kind_that_the_view_takes_is_accepted(self, ask, sign_in, user):
        issued = sign_in()

        assert ask(f"Bearer {issued.id_token}", cognito_token_use=("id",)).user == user
        assert refuses(ask(f"Bearer {issued.access_token}", cognito_token_use="id"))

    def test_of_a_kind_that_the_class_takes_is_accepted(self, ask, sign_in, user):
        both = type("Both", (CognitoAuthentication,), {"token_use": ["id", "access"]})

        for token in (sign_in().id_token, sign_in().access_token):
            assert ask(f"Bearer {token}", authentication_classes=[both]).user == user

    def test_of_a_kind_that_the_settings_take_is_accepted(self, ask, sign_in, user, cognito_settings):
        cognito_settings(TOKEN_USE=("id", "access"))

        assert ask(f"Bearer {sign_in().id_token}").user == user

    def test_of_a_pool_that_the_class_does_not_take_is_refused(self, ask, bearer, user):
        own = type("Own", (CognitoAuthentication,), {"user_pool_ids": [user.pool_id]})
        other = type("Other", (CognitoAuthentication,), {"user_pool_ids": ["eu-west-1_Another"]})

        assert ask(bearer, authentication_classes=[own]).status == 200
        assert refuses(ask(bearer, authentication_classes=[other]))
        assert ask(bearer, cognito_user_pool_ids=[user.pool_id]).status == 200
        assert refuses(ask(bearer, cognito_user_pool_ids=["eu-west-1_Another"]))

    def test_of_a_client_that_the_class_or_view_does_not_take_is_refused(self, ask, bearer, app_client):
        own = type("Own", (CognitoAuthentication,), {"client_ids": [app_client.pk]})
        other = type("Other", (CognitoAuthentication,), {"client_ids": ["another"]})

        assert ask(bearer, authentication_classes=[own]).status == 200
        assert refuses(ask(bearer, authentication_classes=[other]))
        assert ask(bearer, cognito_client_ids=app_client.pk).status == 200
        assert refuses(ask(bearer, cognito_client_ids=["another"]))

    @pytest.mark.parametrize("bound_to", ["", "https://api.example.com", "https://another.example.com"])
    def test_that_is_bound_to_another_api_is_refused_where_the_view_names_its_own(self, ask, sign_in, bound_to):
        issued = sign_in(authorization=Authorization("openid", audience=bound_to))
        ours, view = "https://api.example.com", {"cognito_token_use": ("access", "id")}

        answer = ask(f"Bearer {issued.access_token}", cognito_audience=[ours], **view)

        if bound_to == ours:
            assert answer.status == 200
        else:
            assert refuses(answer)
        assert ask(f"Bearer {issued.access_token}", **view).status == 200
        # The audience of an ID token is its client.
        assert ask(f"Bearer {issued.id_token}", cognito_audience=ours, **view).status == 200

    @pytest.mark.parametrize("revocable", [True, False])
    @pytest.mark.parametrize("end", ["sign out", "disable", "delete", "make again"])
    def test_is_refused_at_the_next_request(self, ask, sign_in, user, app_client, now, revocable, end):
        app_client.enable_token_revocation = revocable
        bearer = f"Bearer {sign_in().access_token}"
        assert ask(bearer).status == 200

        if end == "sign out":
            revoke.sign_out_everywhere(user, now=now)
        elif end == "disable":
            User.objects.filter(pk=user.pk).update(is_active=False)
        else:
            user.delete()
        if end == "make again":
            UserFactory(pool=app_client.pool, username=user.username)

        assert refuses(ask(bearer))

    def test_is_refused_once_its_session_is_revoked(self, ask, sign_in, app_client, now):
        issued, other = sign_in(), sign_in()

        revoke.revoke(app_client, issued.refresh_token, now=now)

        assert refuses(ask(f"Bearer {issued.access_token}"))
        assert ask(f"Bearer {other.access_token}").status == 200

    def test_is_refused_once_its_pool_is_deleted(self, ask, bearer, user):
        pool = user.pool
        assert ask(bearer).status == 200
        user.delete()
        pool.delete()

        assert refuses(ask(bearer))

    def test_is_refused_after_its_end(self, ask, bearer, monkeypatch):
        later = timezone.now() + datetime.timedelta(seconds=3611)
        assert ask(bearer).status == 200
        monkeypatch.setattr("cognito_auth.rest_framework.authentication.timezone.now", lambda: later)

        assert refuses(ask(bearer))

    def test_is_accepted_after_a_rotation_of_keys(self, ask, sign_in, user, app_client, now):
        before = sign_in()
        keys.rotate(app_client.pool, now=now)
        after = sign_in()

        for issued in (before, after):
            assert ask(f"Bearer {issued.access_token}").user == user

    def test_as_refresh_token_is_refused(self, ask, sign_in):
        assert refuses(ask(f"Bearer {sign_in().refresh_token}"))

    def test_signed_for_one_pool_with_the_key_of_another_is_refused(self, ask, bearer, user, now):
        other = UserFactory(confirmed=True)
        keys.ensure(other.pool, now=now)
        claims = tokens.claims(now.timestamp(), iss=f"http://testserver/{user.pool_id}", sub=str(user.sub))

        assert refuses(ask(f"Bearer {signing.sign(claims, other.pool.access_signing_key_id)}"))


@pytest.fixture
def elsewhere(cognito_settings, now):
    """Trust the pool elsewhere; return a function that makes an Authorization header with its token."""
    cognito_settings(TRUSTED_POOLS=[tokens.trusted_pool()])
    return lambda **changes: f"Bearer {tokens.sign(tokens.claims(now.timestamp(), **changes))}"


class TestForeignToken:
    def test_brings_a_local_account(self, ask, elsewhere):
        answer = ask(elsewhere())

        assert answer.user == ForeignIdentity.objects.get().user
        assert answer.auth.pool_id == tokens.POOL_ID
        assert ask(elsewhere()).user == answer.user

    def test_of_a_disabled_local_account_is_refused(self, ask, elsewhere):
        user = ask(elsewhere()).user
        User.objects.filter(pk=user.pk).update(is_active=False)

        assert refuses(ask(elsewhere()))

    def test_needs_no_database_without_resolver(self, ask, elsewhere, cognito_settings, django_assert_num_queries):
        cognito_settings(USER_RESOLVER=None)

        with django_assert_num_queries(0):
            answer = ask(elsewhere())

        assert isinstance(answer.user, TokenUser)
        assert answer.user.username == "jane"
        assert str(answer.user) == "jane"

    def test_is_given_to_the_resolver_of_the_project(self, ask, elsewhere, cognito_settings):
        cognito_settings(USER_RESOLVER="tests.rest_framework.test_authentication.resolve")
        user = UserFactory(username="jane")

        assert ask(elsewhere()).user == user
        assert refuses(ask(elsewhere(username="nobody")))

    @pytest.mark.parametrize(
        "changes",
        [{"client_id": "other"}, {"iss": "https://evil.example"}, {"exp": 1}, {"token_use": "id"}, {"sub": None}],
    )
    def test_that_is_not_good_is_refused(self, ask, elsewhere, changes):
        assert refuses(ask(elsewhere(**changes)))
        assert not User.objects.exists()

    def test_whose_keys_cannot_be_had_is_answered_by_503(self, ask, elsewhere, cognito_settings):
        closed = tokens.trusted_pool(jwks=None, jwks_uri="http://127.0.0.1:9/jwks.json")
        cognito_settings(TRUSTED_POOLS=[closed])

        for _time in range(2):
            answer = ask(elsewhere())
            assert answer.status == 503
            assert answer.data["detail"].code == "keys_not_available"


def resolve(token):
    """Find a user as a project may want to."""
    return User.objects.filter(username=token["username"]).first()


class TestMachine:
    def test_is_refused_unless_the_view_takes_machines(self, ask, elsewhere):
        assert refuses(ask(elsewhere(username=None)))

    def test_of_a_trusted_pool_is_accepted_where_the_view_says_so(self, ask, elsewhere):
        answer = ask(elsewhere(username=None), cognito_accepts_machines=True)

        assert isinstance(answer.user, MachinePrincipal)
        assert answer.user.client_id == tokens.CLIENT_ID
        assert answer.auth.is_machine
        assert not User.objects.exists()

    @pytest.fixture
    def machine_client(self, app_client, now):
        """The app client, which acts for itself."""
        keys.ensure(app_client.pool, now=now)
        UserPoolClient.objects.filter(pk=app_client.pk).update(explicit_auth_flows=["ALLOW_CLIENT_TOKEN_AUTH"])
        return app_client

    @pytest.fixture
    def machine_bearer(self, machine_client, now):
        pool = machine_client.pool
        claims = tokens.claims(
            now.timestamp(),
            iss=f"http://testserver/{pool.pk}",
            sub=machine_client.pk,
            client_id=machine_client.pk,
            username=None,
        )
        return f"Bearer {signing.sign(claims, pool.access_signing_key_id)}"

    def test_of_an_own_pool_is_accepted_while_its_client_exists(self, ask, machine_client, machine_bearer):
        assert ask(machine_bearer, cognito_accepts_machines=True).user.client_id == machine_client.pk

        machine_client.delete()
        assert refuses(ask(machine_bearer, cognito_accepts_machines=True))

    @pytest.mark.parametrize(
        "settings", [{"explicit_auth_flows": []}, {"explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH"]}]
    )
    def test_of_an_own_pool_is_accepted_while_its_client_acts_for_itself(
        self, ask, machine_client, machine_bearer, settings
    ):
        UserPoolClient.objects.filter(pk=machine_client.pk).update(**settings)

        assert refuses(ask(machine_bearer, cognito_accepts_machines=True))

    def test_of_an_own_pool_may_have_its_token_by_the_oauth_flow(self, ask, machine_client, machine_bearer):
        flow = {"oauth_enabled": True, "allowed_oauth_flows": ["client_credentials"], "explicit_auth_flows": []}
        UserPoolClient.objects.filter(pk=machine_client.pk).update(**flow)

        assert ask(machine_bearer, cognito_accepts_machines=True).user.client_id == machine_client.pk


class TestPrincipal:
    @pytest.fixture
    def machine(self, ask, elsewhere):
        return ask(elsewhere(username=None), cognito_accepts_machines=True).user

    @pytest.fixture
    def person(self, ask, elsewhere, cognito_settings):
        cognito_settings(USER_RESOLVER=None)
        return ask(elsewhere()).user

    def test_is_somebody_without_rights(self, machine, person):
        for principal in (machine, person):
            assert principal.is_authenticated
            assert principal.is_active
            assert not principal.is_anonymous
            assert not principal.is_staff
            assert not principal.is_superuser
            assert not principal.has_perm("auth.view_user")
            assert not principal.has_perms(["auth.view_user"])
            assert not principal.has_module_perms("auth")

    def test_is_told_from_others(self, machine, person):
        assert machine != person
        assert len({machine, person}) == 2
        assert person.pk == person.id == f"{tokens.ISSUER}|{person.sub}"
        assert person.email == ""
        assert person.get_username() == "jane"
        assert machine.username == ""
        assert str(machine) == tokens.CLIENT_ID


class TestClass:
    def test_is_one_of_simplejwt(self):
        assert issubclass(CognitoAuthentication, JWTAuthentication)

    def test_works_beside_other_classes(self, ask, bearer, user):
        classes = [CognitoAuthentication, BasicAuthentication]

        assert ask(bearer, authentication_classes=classes).user == user
        assert refuses(ask(authentication_classes=classes), NO_TOKEN)

    def test_works_after_other_classes(self, ask, bearer, user):
        assert ask(bearer, authentication_classes=[BasicAuthentication, CognitoAuthentication]).user == user

    def test_keeps_secrets_out_of_the_log(self, ask, bearer, caplog):
        token = bearer.split()[1]
        with caplog.at_level("DEBUG"), override_settings(ROOT_URLCONF="tests.services.tokens.urls_under_prefix"):
            refuses(ask(bearer))

        assert "Token refused: UnknownIssuer" in caplog.text
        assert token not in caplog.text
        assert token.split(".")[2] not in caplog.text
