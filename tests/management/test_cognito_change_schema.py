"""Editing a schema from the command line."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cognito_auth.models import UserPool
from cognito_auth.services.attributes import schema
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


def change(*arguments):
    output = StringIO()
    call_command("cognito_change_schema", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


class TestCognitoChangeSchema:
    def test_previews_without_changing(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        UserFactory(pool=pool, username="jane", custom_attributes={"custom:team": "red"})

        told = change(pool.pk, "--require", "name", "--remove", "custom:team", "--preview")

        assert told == "1 of 1 users do not fit.\n1 users lose a value.\n  jane: name is required.\n"
        assert "custom:team" in schema.of(UserPool.objects.get(pk=pool.pk))

    def test_makes_all_changes(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool)
        SchemaAttributeFactory(pool=pool, name="nickname", required=True, max_length=2048, min_length=0)
        user = UserFactory(pool=pool, name="Jane", custom_attributes={"custom:team": "red"})

        change(
            pool.pk,
            *("--add", "level", "Number"),
            *("--rename", "custom:team", "squad"),
            *("--require", "name"),
            *("--optional", "nickname"),
        )

        changed = schema.of(UserPool.objects.get(pk=pool.pk))
        assert sorted(item.name for item in changed.custom) == ["custom:level", "custom:squad"]
        assert changed.required == ("name",)
        user.refresh_from_db()
        assert user.custom_attributes == {"custom:squad": "red"}

    def test_refuses_unless_forced(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool)

        with pytest.raises(CommandError, match="1 of 1 users would not fit"):
            change(pool.pk, "--require", "name")
        change(pool.pk, "--require", "name", "--force")

        assert schema.of(UserPool.objects.get(pk=pool.pk)).required == ("name",)

    def test_finishes_what_was_interrupted(self):
        work = {"renames": {"custom:a": "custom:b"}, "removals": [], "retyped": [], "after": None}
        pool = UserPoolFactory(unfinished_schema_changes=[work])
        user = UserFactory(pool=pool, custom_attributes={"custom:a": 1})

        assert change(pool.pk) == "What was begun is done.\n"
        assert change(pool.pk) == "No change is given, and none was begun.\n"

        user.refresh_from_db()
        assert user.custom_attributes == {"custom:b": 1}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--add", "level", "Int"], "Int is not a type"),
            (["--require", "shoe_size"], "no attribute shoe_size"),
            (["--remove", "custom:none"], "no attribute custom:none"),
        ],
    )
    def test_says_what_is_wrong(self, arguments, message):
        with pytest.raises(CommandError, match=message):
            change(UserPoolFactory().pk, *arguments)
