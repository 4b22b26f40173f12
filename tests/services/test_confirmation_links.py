"""What the link of an e-mail does."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail

from cognito_auth.choices import CodePurpose, UserStatus
from cognito_auth.exceptions import CodeMismatchException, LimitExceededException, NotAuthorizedException
from cognito_auth.services import confirmation_links, sign_up, user_names
from cognito_auth.services.attributes import updates, verification
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment
from tests.mail import another

NOW = moment()


@pytest.fixture
def pool(db):
    return UserPoolFactory(
        auto_verified_attributes=["email"], verification_message_template={"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    )


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool)


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


def change_email(jane, client, email="new@example.com"):
    updates.update(jane, {"email": email}, by_admin=False, client=client, origin=None, now=NOW)


def link_in_email():
    address = re.search(r"http://testserver\S+", mail.outbox[-1].body)[0]
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def follow(client, link=None, *, code=None):
    link = link or link_in_email()
    return confirmation_links.follow(
        client, link["user_name"], code or link["confirmation_code"], origin=RequestOrigin(), now=NOW
    )


class TestFollow:
    def test_verifies_a_changed_address(self, client, jane):
        change_email(jane, client)

        done = follow(client)

        jane.refresh_from_db()
        assert done == CodePurpose.VERIFY_EMAIL
        assert (jane.email, jane.email_verified) == ("new@example.com", True)

    def test_verifies_an_address_that_was_asked_for(self, client, jane):
        verification.request_code(jane, "email", client=client, origin=None, now=NOW)

        assert follow(client) == CodePurpose.VERIFY_EMAIL

    def test_puts_an_address_in_place_that_waited(self, client, jane, pool):
        pool.verify_before_update_attributes = ["email"]
        pool.save()
        jane.pool = pool
        change_email(jane, client)
        jane.refresh_from_db()
        assert jane.email == "jane@example.com"

        follow(client)

        jane.refresh_from_db()
        assert (jane.email, jane.email_verified) == ("new@example.com", True)

    def test_works_once(self, client, jane):
        change_email(jane, client)
        link = link_in_email()
        follow(client, link)

        with pytest.raises(NotAuthorizedException, match="Current status is CONFIRMED"):
            follow(client, link)

    def test_leaves_the_guesses_of_who_is_signed_in(self, client, jane):
        change_email(jane, client)
        link = link_in_email()
        wrong = another(link["confirmation_code"])
        for _guess in range(15):
            with pytest.raises(CodeMismatchException):
                follow(client, link, code=wrong)
        with pytest.raises(LimitExceededException):
            follow(client, link)

        verification.verify(jane, "email", link["confirmation_code"], client=client, origin=None, now=NOW)

        assert jane.email_verified is True

    def test_verifies_nothing_in_pools_that_send_codes(self, client, jane, pool):
        change_email(jane, client)
        link = link_in_email()
        pool.verification_message_template = None
        pool.save()
        client.refresh_from_db()

        with pytest.raises(NotAuthorizedException):
            follow(client, link)

    def test_verifies_nothing_for_people_who_are_disabled(self, client, jane):
        change_email(jane, client)
        jane.is_active = False
        jane.save()

        with pytest.raises(NotAuthorizedException):
            follow(client)

    def test_confirms_accounts(self, client, pool):
        ann = UserFactory(pool=pool, username="ann", email="ann@example.com")
        sign_up.resend(client, "ann", origin=RequestOrigin(), now=NOW)

        assert follow(client) == CodePurpose.CONFIRM_SIGN_UP
        ann.refresh_from_db()
        assert ann.status == UserStatus.CONFIRMED
        assert user_names.find(pool, "ann").email_verified is True
