"""Token exchange."""

import datetime

import pytest

from cognito_auth import exceptions
from cognito_auth.choices import TimeUnit, TokenUse, UserStatus
from cognito_auth.models import RefreshToken, TokenFamily, User, UserPoolClient
from cognito_auth.services import user_pool_clients
from cognito_auth.services.tokens import access, client_token, errors, exchange, issue, keys, live, revoke, signing
from cognito_auth.services.tokens.exchange import DELEGATION, IMPERSONATION, MAX_ACTORS, Presented, Target
from cognito_auth.services.tokens.issue import Authorization
from cognito_auth.services.tokens.verify import verify
from tests import tokens
from tests.factories import (
    GroupMembershipFactory,
    ResourceServerFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolGroupFactory,
)
from tests.services.triggers.conftest import trigger  # noqa: F401  a fixture

USER_SCOPE = issue.USER_SCOPE
READ, WRITE = "shop/orders.read", "shop/orders.write"
ANY = frozenset({"id", "access"})


@pytest.fixture
def service(client):
    """The app client that exchanges tokens; the people sign in to another one, ``client``."""
    ResourceServerFactory(pool=client.pool, identifier="shop")
    return UserPoolClientFactory(
        pool=client.pool,
        name="service",
        explicit_auth_flows=[IMPERSONATION, DELEGATION],
        allowed_oauth_scopes=[READ, USER_SCOPE],
    )


@pytest.fixture
def session(sign_in):
    """A session with more scopes than the service may have."""
    return sign_in(authorization=Authorization(f"openid {USER_SCOPE} {READ} {WRITE}"))


@pytest.fixture
def derive(service, now):
    """Return a function that exchanges a token and returns the result with what the new token says."""

    def make(subject, *, at=now, by=service, kind=TokenUse.ACCESS, actor=None, actor_kind=TokenUse.ACCESS, **options):
        acting = None if actor is None else Presented(actor, actor_kind)
        client = user_pool_clients.get(by.pk)
        made = exchange.exchange(client, Presented(subject, kind), actor=acting, now=at, **options)
        return made, verify(made.token, now=at, token_use=ANY)

    return make


@pytest.fixture
def machine(service, now):
    """The access token of an app client that acts for itself."""
    client = UserPoolClientFactory(
        pool=service.pool, explicit_auth_flows=["ALLOW_CLIENT_TOKEN_AUTH"], allowed_oauth_scopes=[READ]
    )
    return client_token.issue(client, now=now)


def is_alive(token):
    try:
        return bool(live.user_of(token))
    except errors.TokenRefused:
        return False


class TestExchange:
    def test_makes_a_token_of_the_same_session_for_the_other_client(self, derive, session, service, user, now):
        made, token = derive(session.access_token)

        old = verify(session.access_token, now=now)
        assert (made.token_use, made.scopes, made.expires_in) == ("access", (READ, USER_SCOPE), 3600)
        assert (token.client_id, token.sub, token.username) == (service.pk, str(user.sub), user.username)
        assert token.origin_jti == old.origin_jti
        assert token["auth_time"] == old["auth_time"]
        assert token["jti"] != old["jti"]
        assert "act" not in token
        assert live.user_of(token) == user

    def test_stores_nothing(self, derive, session):
        before = (TokenFamily.objects.count(), RefreshToken.objects.count())

        derive(session.access_token)

        assert (TokenFamily.objects.count(), RefreshToken.objects.count()) == before

    def test_tells_the_groups_of_now(self, derive, session, user):
        GroupMembershipFactory(user=user, group=UserPoolGroupFactory(pool=user.pool, name="admins"))

        assert derive(session.access_token)[1].groups == ("admins",)

    def test_keeps_how_the_person_proved_who_they_are(self, derive, sign_in, client, now):
        client.pool.acr_enabled = True
        issued = sign_in(amr=["pwd", "otp"])

        _made, token = derive(issued.access_token)

        assert token["amr"] == ["pwd", "otp"]
        assert token["acr"] == verify(issued.access_token, now=now)["acr"]

    def test_takes_a_derived_token_again(self, derive, session):
        first, _token = derive(session.access_token)

        again, token = derive(first.token, scopes=[READ])

        assert again.scopes == (READ,)
        assert is_alive(token)

    @pytest.mark.parametrize(
        ("flows", "with_actor", "is_allowed"),
        [
            ([IMPERSONATION], False, True),
            ([IMPERSONATION], True, False),
            ([DELEGATION], False, False),
            ([DELEGATION], True, True),
            (["ALLOW_USER_PASSWORD_AUTH"], False, False),
            (None, False, False),
        ],
    )
    def test_needs_the_flow(self, derive, session, machine, service, flows, with_actor, is_allowed):
        UserPoolClient.objects.filter(pk=service.pk).update(explicit_auth_flows=flows)
        actor = machine.access_token if with_actor else None

        if is_allowed:
            assert derive(session.access_token, actor=actor)[0].token
            return
        with pytest.raises(exceptions.InvalidParameterException):
            derive(session.access_token, actor=actor)


class TestScopes:
    def test_are_those_that_both_have(self, derive, session):
        assert derive(session.access_token)[0].scopes == (READ, USER_SCOPE)
        assert derive(session.access_token, scopes=[WRITE, READ, READ])[0].scopes == (READ,)

    @pytest.mark.parametrize("scope", [WRITE, "openid", "", "\x00", "shop"])
    def test_cannot_become_more(self, derive, session, scope):
        with pytest.raises(exceptions.InvalidParameterException):
            derive(session.access_token, scopes=[scope])

    def test_cannot_grow_again(self, derive, session):
        first, _token = derive(session.access_token, scopes=[READ])

        with pytest.raises(exceptions.InvalidParameterException):
            derive(first.token, scopes=[USER_SCOPE])

    def test_of_an_id_token_are_none(self, derive, session):
        made, token = derive(session.id_token, kind=TokenUse.ID)

        assert (made.scopes, token.scopes) == ((), frozenset())

    def test_open_the_operations_of_people_only_with_theirs(self, derive, session, user, now):
        with_it, _token = derive(session.access_token, scopes=[USER_SCOPE])
        without, _token = derive(session.access_token, scopes=[READ])

        assert access.authenticate(with_it.token, now=now).user == user
        with pytest.raises(exceptions.NotAuthorizedException):
            access.authenticate(without.token, now=now)

    def test_let_the_other_client_read_what_it_may_read(self, derive, session, service, now):
        UserPoolClient.objects.filter(pk=service.pk).update(read_attributes=["email"])

        made, _token = derive(session.access_token)

        assert access.authenticate(made.token, now=now).read_attributes == ["email"]


class TestLife:
    def test_is_never_longer_than_the_old_tokens(self, derive, session, now):
        later = now + datetime.timedelta(minutes=50)

        made, token = derive(session.access_token, at=later)

        assert token["exp"] == verify(session.access_token, now=now)["exp"]
        assert made.expires_in == token["exp"] - int(later.timestamp())
        assert made.expires_in <= 600

    def test_is_never_longer_than_the_clients(self, derive, session, service):
        UserPoolClient.objects.filter(pk=service.pk).update(access_token_validity=5, access_token_unit=TimeUnit.MINUTES)

        assert derive(session.access_token)[0].expires_in == 300

    def test_is_never_longer_than_the_actors(self, derive, session, machine, now):
        client = UserPoolClient.objects.get(pk=verify(machine.access_token, now=now).client_id)
        client.access_token_validity, client.access_token_unit = 5, TimeUnit.MINUTES
        short = client_token.issue(client, now=now)

        made, token = derive(session.access_token, actor=short.access_token)

        assert made.expires_in == 300
        assert token["exp"] == verify(short.access_token, now=now)["exp"]

    def test_cannot_be_lengthened_by_a_trigger(self, derive, session, now, trigger):  # noqa: F811
        claims = {"claimsToAddOrOverride": {"exp": 2**40, "iat": 1, "auth_time": 1}}
        details = {"accessTokenGeneration": claims, "idTokenGeneration": claims}
        trigger("PreTokenGeneration", {"claimsAndScopeOverrideDetails": details}, version="V2_0")
        later = now + datetime.timedelta(minutes=50)

        for wanted in TokenUse:
            made, token = derive(session.access_token, at=later, wanted=wanted)

            assert token["exp"] == verify(session.access_token, now=now)["exp"]
            assert made.expires_in <= 600

    def test_ends_within_the_leeway_of_clocks(self, derive, session, cognito_settings, now):
        cognito_settings(TOKEN_LEEWAY_SECONDS=60)
        ended = now + datetime.timedelta(seconds=3610)

        assert verify(session.access_token, now=ended)
        with pytest.raises(exceptions.NotAuthorizedException, match="expired"):
            derive(session.access_token, at=ended)


class TestSubject:
    def test_that_has_expired_is_refused(self, derive, session, now):
        with pytest.raises(exceptions.NotAuthorizedException, match="The subject token has expired"):
            derive(session.access_token, at=now + datetime.timedelta(hours=2))

    def test_of_a_session_that_was_revoked_is_refused(self, derive, session, client, now):
        made, token = derive(session.access_token)

        revoke.revoke(client, session.refresh_token, now=now)

        assert not is_alive(token)
        for old in (session.access_token, made.token):
            with pytest.raises(exceptions.NotAuthorizedException, match="revoked"):
                derive(old)

    @pytest.mark.parametrize("is_revocable", [True, False])
    def test_of_a_user_who_signed_out_everywhere_is_refused(self, derive, sign_in, client, user, now, is_revocable):
        client.enable_token_revocation = is_revocable
        client.save()
        issued = sign_in()
        made, token = derive(issued.access_token)
        assert is_alive(token)
        assert (token.origin_jti is not None) == is_revocable

        revoke.sign_out_everywhere(user, now=now)

        assert not is_alive(token)
        for old in (issued.access_token, made.token):
            with pytest.raises(exceptions.NotAuthorizedException, match="revoked"):
                derive(old)

    def test_of_a_disabled_user_is_refused(self, derive, session, user):
        _made, token = derive(session.access_token)

        User.objects.update(is_active=False)

        assert not is_alive(token)
        with pytest.raises(exceptions.NotAuthorizedException, match="disabled"):
            derive(session.access_token)

    def test_of_a_deleted_user_is_refused(self, derive, session, user):
        user.delete()

        with pytest.raises(exceptions.UserNotFoundException):
            derive(session.access_token)

    @pytest.mark.parametrize("status", [UserStatus.UNCONFIRMED, UserStatus.RESET_REQUIRED])
    def test_of_a_user_who_has_something_else_to_do_first_is_refused(self, derive, session, status):
        User.objects.update(status=status)

        with pytest.raises(exceptions.NotAuthorizedException):
            derive(session.access_token)

    def test_of_another_pool_is_refused(self, derive, now):
        other = UserPoolClientFactory()
        stranger = UserFactory(pool=other.pool, confirmed=True)
        issued = issue.issue(stranger, other, authenticated_at=now, token_epoch=stranger.token_epoch, now=now)

        with pytest.raises(exceptions.NotAuthorizedException, match="Invalid subject token"):
            derive(issued.access_token)

    @pytest.mark.usefixtures("trusted_pool")
    def test_of_a_trusted_pool_is_refused(self, derive, now):
        foreign = tokens.sign(tokens.claims(now.timestamp()))
        assert verify(foreign, now=now)

        with pytest.raises(exceptions.NotAuthorizedException, match="Invalid subject token"):
            derive(foreign)

    def test_of_another_kind_than_was_said_is_refused(self, derive, session):
        for token, kind in ((session.access_token, TokenUse.ID), (session.id_token, TokenUse.ACCESS)):
            with pytest.raises(exceptions.NotAuthorizedException, match="Invalid subject token"):
                derive(token, kind=kind)

    def test_of_a_machine_is_refused(self, derive, machine):
        with pytest.raises(exceptions.NotAuthorizedException, match="Invalid subject token"):
            derive(machine.access_token)

    @pytest.mark.parametrize("text", ["", "a.b.c", "....", "é", "\ud800", "\x00", "a" * 5000, "=.=.="], ids=ascii)
    def test_that_is_none_is_refused(self, derive, text):
        with pytest.raises(exceptions.NotAuthorizedException, match="Invalid subject token"):
            derive(text)

    def test_cannot_be_a_refresh_token(self, derive, session):
        with pytest.raises(exceptions.NotAuthorizedException, match="Invalid subject token"):
            derive(session.refresh_token)

    def test_of_a_deleted_client_is_refused(self, derive, session, client, service):
        _made, token = derive(session.access_token)
        user_pool_clients.delete(client)

        assert not is_alive(token)
        with pytest.raises(exceptions.NotAuthorizedException):
            derive(session.access_token)

    def test_is_of_no_use_without_the_client_it_was_derived_for(self, derive, session, service):
        _made, token = derive(session.access_token)

        user_pool_clients.delete(service)

        assert not is_alive(token)


class TestActor:
    def test_is_named(self, derive, session, machine, now):
        _made, token = derive(session.access_token, actor=machine.access_token)

        assert token["act"] == {"sub": verify(machine.access_token, now=now).sub}

    def test_may_be_a_person(self, derive, session, client, now):
        helper = UserFactory(pool=client.pool, confirmed=True)
        issued = issue.issue(helper, client, authenticated_at=now, token_epoch=helper.token_epoch, now=now)

        for token, kind in ((issued.access_token, TokenUse.ACCESS), (issued.id_token, TokenUse.ID)):
            made = derive(session.access_token, actor=token, actor_kind=kind)
            assert made[1]["act"] == {"sub": str(helper.sub)}
            assert made[1].sub != str(helper.sub)

        User.objects.filter(pk=helper.pk).update(is_active=False)
        with pytest.raises(exceptions.NotAuthorizedException):
            derive(session.access_token, actor=issued.access_token)

    def test_holds_those_who_acted_before(self, derive, session, machine, user, now):
        first, _token = derive(session.access_token, actor=machine.access_token)
        own = {"sub": str(user.sub)}

        _made, token = derive(first.token, actor=session.access_token)

        machine_sub = verify(machine.access_token, now=now).sub
        assert token["act"] == {**own, "act": {"sub": machine_sub}}

    def test_stays_named_when_nobody_acts_further(self, derive, session, machine):
        first, token = derive(session.access_token, actor=machine.access_token)

        assert derive(first.token)[1]["act"] == token["act"]

    def test_cannot_be_changed_by_a_trigger(self, derive, session, machine, trigger):  # noqa: F811
        changes = {"claimsToAddOrOverride": {"act": {"sub": "nobody"}}, "claimsToSuppress": ["act"]}
        details = {"accessTokenGeneration": changes, "idTokenGeneration": changes}
        trigger("PreTokenGeneration", {"claimsAndScopeOverrideDetails": details}, version="V2_0")

        _made, token = derive(session.access_token, actor=machine.access_token)

        assert token["act"]["sub"] != "nobody"

    def test_is_one_of_so_many_at_most(self, derive, session, machine):
        token = session.access_token
        for _time in range(MAX_ACTORS):
            token = derive(token, actor=machine.access_token)[0].token

        with pytest.raises(exceptions.InvalidParameterException):
            derive(token, actor=machine.access_token)

    def test_that_may_not_act_for_itself_any_more_is_refused(self, derive, session, machine, now):
        client = UserPoolClient.objects.get(pk=verify(machine.access_token, now=now).client_id)
        UserPoolClient.objects.filter(pk=client.pk).update(explicit_auth_flows=[])

        with pytest.raises(exceptions.NotAuthorizedException, match="The actor token has been revoked"):
            derive(session.access_token, actor=machine.access_token)

        client.delete()
        with pytest.raises(exceptions.NotAuthorizedException, match="The actor token has been revoked"):
            derive(session.access_token, actor=machine.access_token)

    def test_of_another_pool_is_refused(self, derive, session, now):
        server = ResourceServerFactory(identifier="shop")
        stranger = UserPoolClientFactory(
            pool=server.pool, explicit_auth_flows=["ALLOW_CLIENT_TOKEN_AUTH"], allowed_oauth_scopes=[READ]
        )

        with pytest.raises(exceptions.NotAuthorizedException, match="Invalid actor token"):
            derive(session.access_token, actor=client_token.issue(stranger, now=now).access_token)


class TestTarget:
    @pytest.mark.parametrize("target", [Target(audience="orders"), Target(resource="shop")])
    def test_becomes_the_audience(self, derive, session, target):
        _made, token = derive(session.access_token, target=target)

        assert token["aud"] == (target.audience or target.resource)

    def test_stays_where_no_other_is_asked_for(self, derive, session):
        bound, _token = derive(session.access_token, target=Target(audience="orders"))

        assert derive(bound.token)[1]["aud"] == "orders"
        assert derive(bound.token, target=Target(audience="stock"))[1]["aud"] == "stock"

    def test_is_a_resource_server_of_the_pool(self, derive, session):
        ResourceServerFactory(identifier="elsewhere")

        for identifier in ("elsewhere", "nothing"):
            with pytest.raises(exceptions.ResourceNotFoundException):
                derive(session.access_token, target=Target(resource=identifier))

    def test_is_one_only(self, derive, session):
        with pytest.raises(exceptions.InvalidParameterException):
            derive(session.access_token, target=Target(audience="orders", resource="shop"))

    def test_of_an_id_token_is_the_client_alone(self, derive, session, service):
        made = derive(session.id_token, kind=TokenUse.ID, wanted=TokenUse.ID, target=Target(audience=service.pk))
        assert made[1].client_id == service.pk

        for target in (Target(audience="orders"), Target(resource="shop")):
            with pytest.raises(exceptions.InvalidParameterException):
                derive(session.id_token, kind=TokenUse.ID, wanted=TokenUse.ID, target=target)


class TestIdToken:
    def test_tells_what_the_old_one_told_and_the_client_may_read(self, derive, sign_in, client, service, user):
        User.objects.update(given_name="Jane", phone_number="+15555550100")
        user.refresh_from_db()
        client.read_attributes = ["email", "given_name"]
        UserPoolClient.objects.filter(pk=service.pk).update(read_attributes=["email", "phone_number"])

        made, token = derive(sign_in().id_token, kind=TokenUse.ID, wanted=TokenUse.ID)

        assert (made.token_use, made.scopes) == ("id", ())
        assert token.client_id == service.pk
        assert token["email"] == user.email
        assert "given_name" not in token
        assert "phone_number" not in token

    def test_of_an_access_token_needs_the_scope_that_reads_the_user(self, derive, session, user):
        assert derive(session.access_token, wanted=TokenUse.ID)[1]["email"] == user.email

        narrow, _token = derive(session.access_token, scopes=[READ])
        with pytest.raises(exceptions.InvalidParameterException):
            derive(narrow.token, wanted=TokenUse.ID)

    def test_lives_no_longer_than_the_old_token(self, derive, session, now):
        later = now + datetime.timedelta(minutes=59)

        made, token = derive(session.access_token, at=later, wanted=TokenUse.ID)

        assert token["exp"] == verify(session.access_token, now=now)["exp"]
        assert made.expires_in <= 60


class TestTrigger:
    def test_may_refuse(self, derive, session, trigger):  # noqa: F811
        trigger("PreTokenGeneration", error=ValueError("no"))

        with pytest.raises(exceptions.UserLambdaValidationException):
            derive(session.access_token)

    def test_adds_no_scope_that_opens_the_operations_of_people(self, derive, session, trigger):  # noqa: F811
        details = {"accessTokenGeneration": {"scopesToAdd": [USER_SCOPE, "shop/more"]}}
        trigger("PreTokenGeneration", {"claimsAndScopeOverrideDetails": details}, version="V2_0")

        assert derive(session.access_token, scopes=[READ])[0].scopes == (READ, "shop/more")


class TestForgery:
    def test_with_a_key_of_the_pool_needs_a_session(self, derive, session, client, user, now):
        """What a stolen signing key could write is still held against the database."""
        keys.ensure(client.pool, now=now)
        claims = {**verify(session.access_token, now=now).claims, "origin_jti": "not-a-uuid"}

        with pytest.raises((exceptions.NotAuthorizedException, exceptions.UserNotFoundException)):
            derive(signing.sign(claims, client.pool.access_signing_key_id))
