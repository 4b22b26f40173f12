"""The attributes of a person on their account page."""

import pytest

from cognito_auth.choices import AttributeType
from cognito_auth.models import User
from tests.factories import SchemaAttributeFactory, UserFactory


def may_write(client, *names):
    client.write_attributes = list(names)
    client.save()


class TestProfile:
    def test_writes_what_was_changed(self, account):
        page = account("profile", given_name="Jane", family_name="Roe", birthdate="1990-01-31")

        user = User.objects.get()
        assert "Your changes are saved." in page.text
        assert (user.given_name, user.family_name, user.birthdate) == ("Jane", "Roe", "1990-01-31")

    def test_keeps_what_no_field_was_sent_for(self, account):
        User.objects.update(nickname="J")

        account("profile", given_name="Jane")

        assert User.objects.get().nickname == "J"

    def test_deletes_what_was_emptied(self, account):
        User.objects.update(nickname="J")

        account("profile", nickname=" ")

        assert User.objects.get().nickname == ""

    def test_leaves_out_what_the_client_may_not_write(self, account, oauth_client):
        may_write(oauth_client, "given_name")
        User.objects.update(family_name="Roe")

        page = account("profile")
        sent = account("profile", family_name="Evil", given_name="Jane")

        assert 'name="family_name"' not in page.html
        assert "Roe" in page.text
        assert sent.status == 200
        assert (User.objects.get().family_name, User.objects.get().given_name) == ("Roe", "Jane")

    def test_never_writes_what_is_not_the_persons(self, account):
        account("profile", email_verified="false", sub="1", email="x@example.com", status="X", username="joe")

        user = User.objects.get()
        assert (user.email_verified, user.email, user.username) == (True, "jane@example.com", "jane")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("birthdate", "31.1.1990"),
            ("birthdate", "x\x00"),
            ("custom:age", "old"),
            ("custom:age", "7"),
            ("custom:tag", "x" * 11),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, account, pool, name, value):
        SchemaAttributeFactory(pool=pool, name="custom:age", type=AttributeType.NUMBER, min_value=18)
        SchemaAttributeFactory(pool=pool, name="custom:tag", max_length=10)

        page = account("profile", **{name: value, "given_name": "Jane"})

        assert page.status == 400
        assert page.error_at(name)
        assert User.objects.get().given_name == ""

    def test_keeps_what_was_entered_beside_a_problem(self, account):
        page = account("profile", birthdate="never", given_name="Jane")

        assert 'value="Jane"' in page.html
        assert 'value="never"' in page.html

    def test_asks_for_what_is_required(self, account, pool):
        SchemaAttributeFactory(pool=pool, name="given_name", required=True)
        User.objects.update(given_name="Jane")

        page = account("profile", given_name="")

        assert page.error_at("given_name") == "Please fill in this field."
        assert User.objects.get().given_name == "Jane"

    def test_shows_what_cannot_be_changed(self, account, pool):
        SchemaAttributeFactory(pool=pool, name="custom:number", mutable=False)
        User.objects.update(custom_attributes={"custom:number": "A-17"})

        page = account("profile")
        account("profile", **{"custom:number": "B-18", "name": "Jane"})

        assert "A-17" in page.text
        assert 'name="custom:number"' not in page.html
        assert User.objects.get().custom_attributes == {"custom:number": "A-17"}

    def test_hides_what_is_for_developers(self, account, pool):
        SchemaAttributeFactory(pool=pool, name="dev:custom:score", developer_only=True)
        User.objects.update(custom_attributes={"dev:custom:score": "99999"})

        assert "99999" not in account("profile").text

    def test_knows_the_types_of_the_schema(self, account, pool):
        SchemaAttributeFactory(pool=pool, name="custom:news", type=AttributeType.BOOLEAN)
        SchemaAttributeFactory(pool=pool, name="custom:height", type=AttributeType.NUMBER)

        account("profile", **{"custom:news": "true", "custom:height": "1.75"})

        assert User.objects.get().custom_attributes == {"custom:news": True, "custom:height": 1.75}

    def test_says_that_a_name_is_taken(self, account, pool):
        pool.alias_attributes = ["preferred_username"]
        pool.save()
        from cognito_auth.services import user_names

        joe = UserFactory(pool=pool, username="joe", preferred_username="star", confirmed=True)
        user_names.sync_aliases(joe)

        page = account("profile", preferred_username="star")

        assert page.status == 400
        assert "Another account has this" in page.text
        assert User.objects.get(username="jane").preferred_username == ""

    def test_escapes_what_people_call_themselves(self, account):
        account("profile", given_name="<script>alert(1)</script>")

        assert "<script>alert" not in account("profile").html
        assert "<script>alert" not in account().html
