"""What administrators do with users."""

import functools

import pytest
from django.core import mail
from django.db import models

from cognito_auth import signals
from cognito_auth.choices import AttemptKind, CodePurpose, DeliveryMedium, UserStatus
from cognito_auth.exceptions import (
    CodeDeliveryFailureException,
    InvalidParameterException,
    InvalidPasswordException,
    NotAuthorizedException,
    UnsupportedUserStateException,
    UsernameExistsException,
    UserNotFoundException,
)
from cognito_auth.models import AuthEvent, GroupMembership, OneTimeCode, TokenFamily, User, UserAlias
from cognito_auth.services import attempts, codes, passwords, user_names, users
from cognito_auth.services.attributes import updates
from cognito_auth.services.messages.sms import locmem
from cognito_auth.services.tokens import issue
from tests.concurrency import race
from tests.factories import (
    GroupMembershipFactory,
    SchemaAttributeFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolFactory,
    moment,
)

NOW = moment()
EMAIL = {"email": "jane@example.com"}
PHONE = {"phone_number": "+14155552671"}
BY_EMAIL = [DeliveryMedium.EMAIL]


def create(pool, username="jane", attributes=EMAIL, **options):
    return users.create_by_admin(pool, username, attributes, origin=None, now=NOW, **options)


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture(autouse=True)
def _empty_outbox():
    locmem.outbox.clear()


class TestCreateByAdmin:
    def test_makes_an_invited_user(self, pool):
        invited = create(pool, temporary_password="T3mp!orary", delivery_mediums=BY_EMAIL)

        stored = User.objects.get()
        assert stored == invited.user
        assert (stored.status, stored.is_active, stored.created_at) == (UserStatus.FORCE_CHANGE_PASSWORD, True, NOW)
        assert stored.check_password("T3mp!orary")
        assert stored.password_set_at == NOW
        assert "T3mp!orary" in mail.outbox[0].body
        assert [details.medium for details in invited.deliveries] == BY_EMAIL

    def test_makes_a_password_that_fits_the_policy(self, pool):
        create(pool)

        body = mail.outbox[0].body
        (password,) = [word for word in body.split() if User.objects.get().check_password(word)]
        assert passwords.broken_rules(pool, password) == []

    def test_names_the_broken_rule_of_a_temporary_password(self, pool):
        with pytest.raises(InvalidPasswordException, match="^Password did not conform with password policy: "):
            create(pool, temporary_password="short")
        assert not User.objects.exists()

    def test_needs_no_required_attributes(self, pool):
        SchemaAttributeFactory(pool=pool, name="given_name", required=True)

        create(pool)

    def test_may_write_flags_immutable_and_developer_attributes(self, pool):
        SchemaAttributeFactory(pool=pool, name="dev:custom:team", developer_only=True, mutable=False)

        create(pool, attributes={**EMAIL, "email_verified": "True", "dev:custom:team": "red"})

        stored = User.objects.get()
        assert stored.email_verified is True
        assert stored.custom_attributes == {"dev:custom:team": "red"}

    def test_says_of_no_address_that_it_is_unverified(self, pool):
        create(pool, attributes={**EMAIL, "phone_number": "+15555550100", "phone_number_verified": "false"})

        stored = User.objects.get()
        assert (stored.email_verified, stored.phone_number_verified) == (None, False)

    def test_refuses_a_taken_username(self, pool):
        create(pool)

        with pytest.raises(UsernameExistsException, match="^User account already exists$"):
            create(pool, "JANE")

    def test_refuses_unknown_attributes(self, pool):
        with pytest.raises(InvalidParameterException, match="does not exist in the schema"):
            create(pool, attributes={"custom:foo": "x"})

    def test_refuses_usernames_of_the_wrong_shape(self, db):
        with pytest.raises(InvalidParameterException, match="Username cannot be of email format"):
            create(UserPoolFactory(alias_attributes=["email"]), "jane@example.com")

    def test_uses_the_sub_where_people_sign_in_with_an_address(self, db):
        pool = UserPoolFactory(username_attributes=["email"])

        invited = create(pool, "jane@example.com", {})

        stored = User.objects.get()
        assert (stored.username, stored.email) == (str(stored.sub), "jane@example.com")
        assert user_names.find(pool, "Jane@Example.com") == invited.user
        with pytest.raises(UsernameExistsException, match="^An account with the given email already exists.$"):
            create(pool, "JANE@example.com", {})
        with pytest.raises(InvalidParameterException, match="^Username should be an email.$"):
            create(pool, "jane", {})


class TestAliases:
    VERIFIED = {**EMAIL, "email_verified": "true"}

    @pytest.fixture
    def pool(self, db):
        return UserPoolFactory(alias_attributes=["email", "preferred_username"])

    def test_are_refused_when_verified_and_taken(self, pool):
        create(pool, "joe", self.VERIFIED)

        with pytest.raises(UsernameExistsException, match="^An account with the email already exists.$"):
            create(pool, "jane", self.VERIFIED)
        assert User.objects.count() == 1
        create(pool, "jane", EMAIL)

    def test_are_taken_over_by_force(self, pool):
        joe = create(pool, "joe", self.VERIFIED).user

        jane = create(pool, "jane", self.VERIFIED, force_alias_creation=True).user

        assert user_names.find(pool, "jane@example.com") == jane
        assert User.objects.get(pk=joe.pk).email_verified is False

    def test_include_usernames_where_a_preferred_one_is_an_alias(self, pool):
        create(pool, "joe", {**EMAIL, "preferred_username": "jane"})

        with pytest.raises(UsernameExistsException, match="^User account already exists$"):
            create(pool, "jane")
        with pytest.raises(UsernameExistsException, match="^An account with the preferred_username already exists.$"):
            create(pool, "jim", {**EMAIL, "preferred_username": "Jane"})

    def test_nobody_is_called_as_another_persons_sub(self, pool):
        victim = UserFactory(pool=pool)

        with pytest.raises(UsernameExistsException, match="^User account already exists$"):
            create(pool, str(victim.sub))


class TestInvitation:
    def test_goes_by_sms_by_default(self, pool):
        create(pool, attributes={**EMAIL, **PHONE})

        assert [message.to for message in locmem.outbox] == ["+14155552671"]
        assert mail.outbox == []

    def test_goes_by_all_media_that_can_be_reached(self, pool):
        both = [DeliveryMedium.SMS, DeliveryMedium.EMAIL]
        create(pool, attributes={**EMAIL, **PHONE}, delivery_mediums=both)
        create(pool, "joe", PHONE, delivery_mediums=both)

        assert len(locmem.outbox) == 2
        assert len(mail.outbox) == 1

    def test_goes_by_email_where_there_is_no_phone_number(self, pool):
        create(pool)

        assert len(mail.outbox) == 1

    @pytest.mark.parametrize(("strict", "attributes"), [(True, EMAIL), (True, {}), (False, {})])
    def test_goes_nowhere_where_nobody_said_how(self, db, strict, attributes):
        create(UserPoolFactory(strict=strict), attributes=attributes)

        assert User.objects.get().status == "FORCE_CHANGE_PASSWORD"
        assert locmem.outbox == []
        assert mail.outbox == []

    @pytest.mark.parametrize(("attributes", "mediums"), [(EMAIL, [DeliveryMedium.SMS]), (PHONE, BY_EMAIL)])
    def test_must_have_somewhere_to_go(self, pool, attributes, mediums):
        with pytest.raises(InvalidParameterException, match="delivery mediums"):
            create(pool, attributes=attributes, delivery_mediums=mediums)
        assert not User.objects.exists()
        create(pool, attributes=attributes, delivery_mediums=mediums, suppress_message=True)

    def test_is_not_sent_when_suppressed(self, pool):
        create(pool, suppress_message=True)

        assert mail.outbox == []

    def test_that_fails_leaves_the_user_who_can_be_invited_again(self, pool, settings):
        backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "nowhere.EmailBackend"
        with pytest.raises(CodeDeliveryFailureException):
            create(pool)
        settings.EMAIL_BACKEND = backend

        users.resend_invitation(User.objects.get(), origin=None, now=NOW)

        assert len(mail.outbox) == 1

    def test_again_has_a_new_password_and_validity(self, pool):
        user = create(pool, temporary_password="T3mp!orary").user

        users.resend_invitation(user, origin=None, now=moment("2026-04-01T00:00:00+00:00"))

        stored = User.objects.get()
        assert not stored.check_password("T3mp!orary")
        assert stored.password_set_at == moment("2026-04-01T00:00:00+00:00")

    def test_again_ends_sign_ins_that_the_older_password_has_begun(self, pool):
        user = create(pool).user

        users.resend_invitation(user, origin=None, now=NOW)

        assert User.objects.get().token_epoch == 1

    def test_again_is_refused_to_people_with_a_password_of_their_own(self, pool):
        user = UserFactory(pool=pool, confirmed=True)
        stale = UserFactory(pool=pool, confirmed=True)
        stale.status = UserStatus.FORCE_CHANGE_PASSWORD

        for each in (user, stale):
            with pytest.raises(UnsupportedUserStateException, match="^Resend not possible. CONFIRMED status"):
                users.resend_invitation(each, origin=None, now=NOW)
        assert User.objects.get(pk=stale.pk).check_password("Passw0rd!")


class TestConfirmByAdmin:
    def test_confirms_without_verifying(self, pool, django_capture_on_commit_callbacks):
        user = UserFactory(pool=pool)
        received = []

        def receive(**values):
            received.append((values["user"], values["client_id"]))

        signals.user_confirmed.connect(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                users.confirm_by_admin(user, now=NOW)
        finally:
            signals.user_confirmed.disconnect(receive)

        stored = User.objects.get()
        assert (stored.status, stored.email_verified) == (UserStatus.CONFIRMED, False)
        assert received == [(user, "")]

    @pytest.mark.parametrize("status", [status for status in UserStatus if status != UserStatus.UNCONFIRMED])
    def test_refuses_every_other_status(self, pool, status):
        user = UserFactory(pool=pool, status=status)

        with pytest.raises(NotAuthorizedException, match=f"^User cannot be confirmed. Current status is {status}$"):
            users.confirm_by_admin(user, now=NOW)


class TestSetPasswordByAdmin:
    @pytest.mark.parametrize("status", list(UserStatus))
    @pytest.mark.parametrize(
        ("permanent", "after"), [(True, UserStatus.CONFIRMED), (False, UserStatus.FORCE_CHANGE_PASSWORD)]
    )
    def test_sets_password_and_status(self, pool, status, permanent, after):
        user = UserFactory(pool=pool, status=status)

        users.set_password_by_admin(user, "N3w!passw0rd", permanent=permanent, now=NOW)

        stored = User.objects.get()
        assert stored.check_password("N3w!passw0rd")
        assert (stored.status, stored.password_set_at, stored.token_epoch) == (after, NOW, 1)

    def test_leaves_sessions_in_strict_pools(self, db):
        user = UserFactory(pool__strict=True)

        users.set_password_by_admin(user, "N3w!passw0rd", permanent=True, now=NOW)

        assert User.objects.get().token_epoch == 0

    def test_ends_the_lock_and_changes_that_wait(self, pool):
        user = UserFactory(pool=pool)
        subject = attempts.subject_of(user.pk, "")
        for _turn in range(5):
            attempts.reserve(AttemptKind.PASSWORD, pool_id=pool.pk, subject=subject, now=NOW).failed(now=NOW)
        codes.issue(
            user, CodePurpose.VERIFY_EMAIL, attribute="email", destination="x@example.com", now=NOW, is_pending=True
        )

        users.set_password_by_admin(user, "N3w!passw0rd", permanent=True, now=NOW)

        attempts.reserve(AttemptKind.PASSWORD, pool_id=pool.pk, subject=subject, now=NOW)
        assert not OneTimeCode.objects.exists()

    def test_keeps_to_the_policy(self, pool):
        user = UserFactory(pool=pool)

        with pytest.raises(InvalidPasswordException, match="^Password did not conform with policy: "):
            users.set_password_by_admin(user, "short", permanent=True, now=NOW)
        assert User.objects.get().check_password("Passw0rd!")


class TestDisable:
    def test_ends_sessions_and_may_be_repeated(self, pool):
        user = UserFactory(pool=pool)

        users.disable(user, now=NOW)
        users.disable(user, now=moment("2026-04-01T00:00:00+00:00"))

        stored = User.objects.get()
        assert (stored.is_active, stored.token_epoch, stored.tokens_revoked_at) == (False, 1, NOW)
        assert stored.last_modified_at == NOW

    def test_is_undone_by_enable_which_may_be_repeated(self, pool):
        user = UserFactory(pool=pool, is_active=False)

        users.enable(user, now=NOW)
        users.enable(user, now=moment("2026-04-01T00:00:00+00:00"))

        stored = User.objects.get()
        assert (stored.is_active, stored.last_modified_at) == (True, NOW)


class TestDelete:
    def test_deletes_all_that_is_the_users(self, db, django_capture_on_commit_callbacks):
        client = UserPoolClientFactory(pool__username_attributes=["email"])
        user = UserFactory(pool=client.pool)
        GroupMembershipFactory(user=user)
        updates.update(user, {"email": "new@example.com"}, by_admin=True, client=None, origin=None, now=NOW)
        issue.issue(user, client, authenticated_at=NOW, token_epoch=0, now=NOW)
        other = UserFactory(pool=client.pool)
        received = []

        def receive(**values):
            received.append((values["user"].username, values["client_id"]))

        signals.user_deleted.connect(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                users.delete(user, client_id=client.pk)
        finally:
            signals.user_deleted.disconnect(receive)

        assert list(User.objects.all()) == [other]
        for model in (UserAlias, GroupMembership, OneTimeCode, TokenFamily, AuthEvent):
            assert not model.objects.exists()
        assert received == [(user.username, client.pk)]

    def test_refuses_a_user_that_is_gone(self, pool):
        user = UserFactory(pool=pool)
        User.objects.all().delete()

        with pytest.raises(UserNotFoundException):
            users.delete(user)

    @pytest.mark.parametrize("kind", [models.ProtectedError, models.RestrictedError])
    def test_says_whose_records_do_not_allow_it(self, pool, kind, monkeypatch):
        user, protected = UserFactory.create_batch(2, pool=pool)

        def refuse(self):
            raise kind("", {protected})

        monkeypatch.setattr(User, "delete", refuse)

        with pytest.raises(InvalidParameterException, match="^User cannot be deleted") as refusal:
            users.delete(user)
        assert "users" in refusal.value.detail
        assert User.objects.count() == 2


@pytest.mark.postgresql
class TestConcurrency:
    def test_one_of_many_gets_a_username(self, transactional_db):
        pool = UserPoolFactory()

        outcomes = race(*[functools.partial(create, pool, name) for name in ("jane", "Jane", "JANE", "jane")])

        kinds = sorted(type(outcome).__name__ for outcome in outcomes)
        assert kinds == ["Invited"] + ["UsernameExistsException"] * 3
        assert User.objects.count() == 1
        assert {str(outcome) for outcome in outcomes if isinstance(outcome, Exception)} == {
            "User account already exists"
        }

    @pytest.mark.parametrize(
        ("settings", "names", "message"),
        [
            ({"alias_attributes": ["email"]}, "abcd", "An account with the email already exists."),
            ({"username_attributes": ["email"]}, None, "An account with the given email already exists."),
        ],
    )
    def test_one_of_many_gets_an_address(self, transactional_db, settings, names, message):
        pool = UserPoolFactory(**settings)
        attributes = {**EMAIL, "email_verified": "true"}

        outcomes = race(
            *[functools.partial(create, pool, name, attributes) for name in names or ["jane@example.com"] * 4]
        )

        refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert [type(refusal) for refusal in refusals] == [UsernameExistsException] * 3
        assert {str(refusal) for refusal in refusals} == {message}
        assert User.objects.count() == 1

    def test_a_disabled_user_keeps_no_session_that_begins_meanwhile(self, transactional_db):
        client = UserPoolClientFactory()
        sign_in = functools.partial(issue.issue, authenticated_at=NOW, token_epoch=0, now=NOW)
        issue.issue(UserFactory(pool=client.pool), client, authenticated_at=NOW, token_epoch=0, now=NOW)
        for _turn in range(6):
            user = UserFactory(pool=client.pool)

            race(functools.partial(sign_in, user, client), functools.partial(users.disable, user, now=NOW))

            stored = User.objects.get(pk=user.pk)
            epochs = list(TokenFamily.objects.filter(user=user).values_list("token_epoch", flat=True))
            assert stored.token_epoch not in epochs

    def test_a_deleted_user_and_a_session_that_begins_meanwhile_end_consistently(self, transactional_db):
        client = UserPoolClientFactory()
        issue.issue(UserFactory(pool=client.pool), client, authenticated_at=NOW, token_epoch=0, now=NOW)
        for _turn in range(6):
            user = UserFactory(pool=client.pool)
            copy = User.objects.select_related("pool").get(pk=user.pk)

            outcomes = race(
                functools.partial(issue.issue, user, client, authenticated_at=NOW, token_epoch=0, now=NOW),
                functools.partial(users.delete, copy),
            )

            assert outcomes[1] is None
            assert not User.objects.filter(pk=copy.pk).exists()
