"""Passwords that a person may not choose again, on every way to set one."""

import pytest
from django.contrib.auth.forms import SetPasswordForm
from django.utils import timezone

from cognito_auth import exceptions, reasons
from cognito_auth.models import FormerPassword, User
from cognito_auth.services import passwords, user_pools, users
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.mail import another, code_from_email
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db

FIRST = "Passw0rd!"


def _person(size, **fields):
    return UserFactory(confirmed=True, pool=UserPoolFactory(password_history_size=size), **fields)


def _set(user, password):
    users.set_password_by_admin(
        User.objects.select_related("pool").get(pk=user.pk), password, permanent=True, now=timezone.now()
    )


def _refused(user, password):
    with pytest.raises(exceptions.PasswordHistoryPolicyViolationException) as refusal:
        _set(user, password)
    assert str(refusal.value) == reasons.PASSWORD_HISTORY.message


class TestSize:
    def test_counts_the_present_password_among_the_remembered_ones(self):
        user = _person(2)

        _refused(user, FIRST)
        _set(user, "Second-1")
        _refused(user, FIRST)
        _refused(user, "Second-1")
        _set(user, "Third-33")
        _set(user, FIRST)

    def test_of_one_forbids_the_present_password_and_stores_nothing(self):
        user = _person(1)

        _refused(user, FIRST)
        _set(user, "Second-1")

        assert not FormerPassword.objects.exists()

    @pytest.mark.parametrize("size", [None, 0])
    def test_of_nothing_remembers_nothing(self, size):
        user = _person(size)

        _set(user, FIRST)
        _set(user, "Second-1")

        assert not FormerPassword.objects.exists()

    def test_prunes_what_is_too_old(self):
        user = _person(3)

        for number in range(6):
            _set(user, f"Another-{number}")

        former = list(FormerPassword.objects.latest_of(user.pk))
        assert len(former) == 2
        assert passwords.check_password("Another-4", former[0])
        assert passwords.check_password("Another-3", former[1])

    def test_set_to_nothing_forgets_everything_of_this_pool_alone(self):
        user, other = _person(3), _person(3)
        _set(user, "Second-1")
        _set(other, "Second-1")

        user_pools.update(user.pool, {"password_history_size": 0}, now=timezone.now())

        assert [row.user_id for row in FormerPassword.objects.all()] == [other.pk]

    def test_costs_no_query_where_nothing_is_remembered(self, django_assert_num_queries):
        user = User.objects.select_related("pool").get(pk=_person(None).pk)

        with django_assert_num_queries(0):
            from cognito_auth.services import password_history

            password_history.check(user, FIRST)
            password_history.remember(user, FIRST, checked=None, now=timezone.now())


class TestWays:
    @pytest.fixture
    def client(self):
        return UserPoolClientFactory(pool__password_history_size=3)

    @pytest.fixture
    def user(self, client):
        return UserFactory(pool=client.pool, username="jane", email="jane@example.com", confirmed=True)

    def _sign_in(self, cognito, client, password):
        return cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "jane", "PASSWORD": password},
        )

    def test_change_password(self, cognito, client, user):
        token = self._sign_in(cognito, client, FIRST)["AuthenticationResult"]["AccessToken"]

        def change(previous, proposed):
            return lambda: cognito.change_password(
                AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed
            )

        assert refusal_of(change(FIRST, FIRST))[0] == "PasswordHistoryPolicyViolationException"
        # Who does not know the password learns nothing of older ones.
        assert refusal_of(change("Wrong-11", FIRST))[0] == "NotAuthorizedException"
        change(FIRST, "Second-1")()
        assert refusal_of(change("Second-1", FIRST))[0] == "PasswordHistoryPolicyViolationException"
        assert self._sign_in(cognito, client, "Second-1")["AuthenticationResult"]

    def test_confirm_forgot_password_leaves_the_code_good(self, cognito, client, user):
        cognito.forgot_password(ClientId=client.pk, Username="jane")
        code = code_from_email()

        def confirm(code, password):
            return lambda: cognito.confirm_forgot_password(
                ClientId=client.pk, Username="jane", ConfirmationCode=code, Password=password
            )

        assert refusal_of(confirm(another(code), FIRST))[0] == "CodeMismatchException"
        assert refusal_of(confirm(code, FIRST))[0] == "PasswordHistoryPolicyViolationException"
        confirm(code, "Second-1")()
        assert FormerPassword.objects.filter(user=user).count() == 1

    def test_new_password_required_forbids_the_temporary_one(self, cognito, client):
        cognito.admin_create_user(
            UserPoolId=client.pool_id, Username="jane", TemporaryPassword=FIRST, MessageAction="SUPPRESS"
        )
        session = self._sign_in(cognito, client, FIRST)["Session"]

        def answer(password):
            return lambda: cognito.respond_to_auth_challenge(
                ClientId=client.pk,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": "jane", "NEW_PASSWORD": password},
            )

        assert refusal_of(answer(FIRST))[0] == "PasswordHistoryPolicyViolationException"
        assert answer("Second-1")()["AuthenticationResult"]

    def test_admin_set_user_password(self, cognito, client, user):
        def set_password(password, permanent):
            return lambda: cognito.admin_set_user_password(
                UserPoolId=client.pool_id, Username="jane", Password=password, Permanent=permanent
            )

        assert refusal_of(set_password(FIRST, True))[0] == "PasswordHistoryPolicyViolationException"
        assert refusal_of(set_password(FIRST, False))[0] == "PasswordHistoryPolicyViolationException"
        set_password("Second-1", True)()

    def test_djangos_own_forms(self, settings, user):
        settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": "cognito_auth.password_validation.PoolPasswordPolicyValidator"}]

        def form(password):
            person = User.objects.get(pk=user.pk)
            return SetPasswordForm(person, {"new_password1": password, "new_password2": password})

        assert form(FIRST).errors["new_password2"] == [str(reasons.PASSWORD_HISTORY.detail)]
        good = form("Second-1")
        assert good.is_valid()
        good.save()
        assert not form(FIRST).is_valid()
        assert not form("Second-1").is_valid()

    def test_accounts_without_a_password_have_nothing_to_repeat(self, user):
        user.set_unusable_password()
        user.save()
        FormerPassword.objects.all().delete()

        _set(user, FIRST)

        assert not FormerPassword.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_who_set_the_same_password_at_once_store_it_once(self):
        user = _person(5)

        results = race(lambda: _set(user, "Second-1"), lambda: _set(user, "Second-1"))

        refused = [result for result in results if result is not None]
        assert [type(error) for error in refused] == [exceptions.PasswordHistoryPolicyViolationException]
        assert FormerPassword.objects.filter(user=user).count() == 1
