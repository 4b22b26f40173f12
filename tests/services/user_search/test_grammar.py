"""Reading filters."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.services.user_search.grammar import Both, Condition, Either, Operator, parse

JANE = Condition("name", Operator.EQUALS, "Jane")
LIS = Condition("family_name", Operator.STARTS_WITH, "Lis")


class TestParse:
    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('name="Jane"', JANE),
            ('  name  =  "Jane"  ', JANE),
            ('"name"="Jane"', JANE),
            ('"name" = "Jane"', JANE),
            ('family_name^="Lis"', LIS),
            ('family_name\n^=\t"Lis"', LIS),
            ('cognito:user_status = "CONFIRMED"', Condition("cognito:user_status", Operator.EQUALS, "CONFIRMED")),
            (r'name = "a \"b\" \\ c"', Condition("name", Operator.EQUALS, r'a "b" \ c')),
            ('name = ""', Condition("name", Operator.EQUALS, "")),
            ('name = "and ( or ) ^= x"', Condition("name", Operator.EQUALS, "and ( or ) ^= x")),
            ('name = "größe 😀"', Condition("name", Operator.EQUALS, "größe 😀")),
            ("", None),
            ("   ", None),
        ],
    )
    def test_takes_one_condition(self, text, expected, strict):
        assert parse(text, strict=strict) == expected

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        "text",
        [
            "name",
            "name =",
            "name = Jane",
            "name = 'Jane'",
            '= "Jane"',
            'name == "Jane"',
            'name != "Jane"',
            'name ^ = "Jane"',
            'name ~ "Jane"',
            'name "Jane"',
            'name = "Jane',
            'name = Jane"',
            'name = "Jane" "Joe"',
            'name = "Jane" family_name = "Li"',
            r'name = "a\b"',
            r'name = "Jane\"',
            'first name = "Jane"',
            'name = "a" and',
            '(name = "a"',
            'name = "a")',
            "()",
            '"name = "a"',
            'name = "a\x00"',
            'name = "a\ud800"',
            "\\",
        ],
    )
    def test_refuses_what_is_no_filter(self, text, strict):
        with pytest.raises(InvalidParameterException, match="^Error while parsing filter$"):
            parse(text, strict=strict)

    @pytest.mark.parametrize(
        "text",
        ['name contains "a"', 'name = "a" and name = "b"', 'name = "a" or name = "b"', '(name = "a")'],
    )
    def test_refuses_more_than_aws_takes_when_strict(self, text):
        with pytest.raises(InvalidParameterException, match="^Error while parsing filter$"):
            parse(text, strict=True)

        assert parse(text, strict=False) is not None

    def test_binds_and_before_or(self):
        found = parse('name="Jane" or name="Jane" AND family_name ^="Lis" or family_name^="Lis"', strict=False)

        assert found == Either((JANE, Both((JANE, LIS)), LIS))

    def test_lets_parentheses_decide(self):
        found = parse('(name="Jane" or family_name^="Lis") and (name="Jane")', strict=False)

        assert found == Both((Either((JANE, LIS)), JANE))

    def test_takes_contains(self):
        assert parse('name CONTAINS "an"', strict=False) == Condition("name", Operator.CONTAINS, "an")

    def test_takes_attributes_named_like_words_of_the_language_in_quotes(self):
        assert parse('"and" = "x"', strict=True) == Condition("and", Operator.EQUALS, "x")

    @given(st.text(max_size=256), st.booleans())
    def test_refuses_or_reads_anything(self, text, strict):
        with contextlib.suppress(InvalidParameterException):
            parse(text, strict=strict)

    @given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=100))
    def test_gives_back_every_escaped_value(self, value):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')

        assert parse(f'name = "{escaped}"', strict=True) == Condition("name", Operator.EQUALS, value)

    def test_survives_deep_nesting(self):
        with pytest.raises(InvalidParameterException):
            parse("(" * 256, strict=False)
