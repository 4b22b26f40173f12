"""Changing and proving one's e-mail address and phone number."""

import pytest
from django.core import mail

from cognito_auth.models import OneTimeCode, User
from cognito_auth.services.messages.sms.locmem import outbox
from tests.factories import UserFactory
from tests.mail import another, code_from_email
from tests.mfa import texted_code


@pytest.fixture
def verifies_first(pool):
    pool.verify_before_update_attributes = ["email"]
    pool.save()


class TestChange:
    def test_sends_a_code_to_the_new_address_and_takes_it(self, account):
        page = account("email", action="change", email="new@example.com")

        assert "We sent you a code." in page.text
        assert mail.outbox[-1].to == ["new@example.com"]
        assert not User.objects.get().email_verified

        done = account("email", action="verify", code=code_from_email())

        assert "Your address is confirmed." in done.text
        assert User.objects.get().email_verified

    def test_waits_for_the_code_where_the_pool_says_so(self, account, verifies_first):
        page = account("email", action="change", email="new@example.com")

        assert User.objects.get().email == "jane@example.com"
        assert "new@example.com takes its place as soon as you enter the code" in page.text

        account("email", action="verify", code=code_from_email())

        user = User.objects.get()
        assert (user.email, user.email_verified) == ("new@example.com", True)
        # The old address hears of it.
        assert mail.outbox[-1].to == ["jane@example.com"]

    def test_can_be_given_up_while_it_waits(self, account, verifies_first):
        account("email", action="change", email="new@example.com")

        page = account("email", action="keep")

        assert "Your address stays as it is." in page.text
        assert "new@example.com" not in page.text
        assert not OneTimeCode.objects.exists()
        assert User.objects.get().email_verified

    def test_of_a_phone_number_sends_a_text_message(self, account, pool):
        pool.auto_verified_attributes = ["email", "phone_number"]
        pool.save()

        account("phone", action="change", phone_number="+14155550123")

        assert outbox[-1].to == "+14155550123"
        account("phone", action="verify", code=texted_code())
        assert User.objects.get().phone_number_verified

    @pytest.mark.parametrize("address", ["", "nobody", "a@b\x00.example", "x" * 3000])
    def test_says_beside_the_field_what_is_wrong(self, account, address):
        page = account("email", action="change", email=address)

        assert page.status == 400
        assert page.error_at("email")
        assert User.objects.get().email == "jane@example.com"
        assert not mail.outbox

    def test_is_not_offered_where_the_client_may_not(self, account, oauth_client):
        oauth_client.write_attributes = ["given_name"]
        oauth_client.save()

        page = account("email")
        sent = account("email", action="change", email="new@example.com")

        assert 'name="email"' not in page.html
        assert sent.status == 400
        assert User.objects.get().email == "jane@example.com"

    def test_refuses_the_address_of_somebody_else(self, account, pool):
        from cognito_auth.services import user_names

        pool.alias_attributes = ["email"]
        pool.save()
        user_names.sync_aliases(UserFactory(pool=pool, username="joe", email="joe@example.com", confirmed=True))

        account("email", action="change", email="joe@example.com")
        page = account("email", action="verify", code=code_from_email())

        assert page.status == 400
        assert "Another account has confirmed this" in page.text


class TestCodes:
    def test_that_are_wrong_are_said_beside_the_field(self, account):
        account("email", action="change", email="new@example.com")

        page = account("email", action="verify", code=another(code_from_email()))

        assert page.status == 400
        assert page.error_at("code") == "The code is not right. Check the latest message and try again."

    def test_are_limited_in_number(self, account):
        account("email", action="change", email="new@example.com")
        right = code_from_email()
        for _guess in range(20):
            page = account("email", action="verify", code=another(right))

        page = account("email", action="verify", code=right)

        assert page.status == 400
        assert not User.objects.get().email_verified

    def test_are_asked_for(self, account):
        account("email", action="change", email="new@example.com")

        page = account("email", action="verify")

        assert page.error_at("code") == "Please fill in this field."

    def test_are_sent_again(self, account):
        User.objects.update(email_verified=False)

        page = account("email", action="resend")

        assert "We sent you a code." in page.text
        account("email", action="verify", code=code_from_email())
        assert User.objects.get().email_verified

    def test_are_not_sent_where_there_is_no_address(self, account):
        outbox.clear()

        page = account("phone", action="resend")

        assert page.status == 400
        assert page.alert
        assert not outbox


class TestRemoval:
    def test_takes_the_number_away(self, account):
        User.objects.update(phone_number="+14155550123", phone_number_verified=True)

        page = account("phone", action="remove")

        assert "It was removed." in page.text
        assert User.objects.get().phone_number == ""

    def test_is_refused_for_what_is_required(self, account, pool):
        from tests.factories import SchemaAttributeFactory

        SchemaAttributeFactory(pool=pool, name="email", required=True)

        page = account("email", action="remove")

        assert "Remove" not in account("email").text
        assert page.status == 400
        assert User.objects.get().email == "jane@example.com"
