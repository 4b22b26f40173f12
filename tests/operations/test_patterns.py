"""Java's regular expressions in Python."""

import time

import pytest

from cognito_auth.operations import patterns, service_model

SHAPES = service_model.load()["shapes"]


def matches(shape_name, text):
    return bool(patterns.matcher(SHAPES[shape_name]["pattern"])(text))


class TestMatcher:
    @pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if "pattern" in shape])
    def test_reads_every_pattern_of_the_model(self, name):
        assert callable(patterns.matcher(SHAPES[name]["pattern"]))

    @pytest.mark.parametrize("name", ["jane", "jané", "ジェーン", "j@x.org", "a+b", "😀"])
    def test_takes_unicode_letters_marks_symbols_numbers_and_punctuation(self, name):
        assert matches("UsernameType", name)

    @pytest.mark.parametrize("name", ["", "a b", "a\n", "a\u00a0b", "a\x00"])
    def test_refuses_spaces_and_controls(self, name):
        assert not matches("UsernameType", name)

    def test_means_the_whole_string(self):
        assert matches("UserPoolIdType", "eu-west-1_AbC123xyZ")
        assert not matches("UserPoolIdType", "eu-west-1_AbC123xyZ!")
        assert not matches("HexStringType", "ab\n")

    def test_counts_only_ascii_as_word_characters(self):
        assert matches("ClientIdType", "abc_1+")
        assert not matches("ClientIdType", "ä")

    def test_counts_only_ascii_as_white_space(self):
        # Java's \S takes a no-break space.
        assert matches("PasswordType", "a\u00a0b")
        assert not matches("PasswordType", "a\tb")

    def test_lets_a_dot_stop_at_line_ends(self):
        assert matches("SmsVerificationMessageType", "Code {####}!")
        assert not matches("SmsVerificationMessageType", "Code\u2028{####}")
        assert matches("SmsInviteMessageType", "two\nlines")

    def test_gives_up_on_text_made_to_backtrack(self):
        started = time.process_time()

        assert not matches("EmailVerificationMessageByLinkType", "{##" * 6600)

        assert time.process_time() - started < 2


class TestTranslate:
    def test_refuses_what_it_cannot_spell(self):
        with pytest.raises(ValueError, match="no spelling"):
            patterns.translate(r"[a\S]")

    def test_spells_classes_out(self):
        assert patterns.translate(r"^\d[\w-]\S\.$") == r"^[0-9][A-Za-z0-9_-][^ \t\n\x0b\f\r]\.$"
