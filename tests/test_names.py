"""names: the one form in which sign-in names are compared."""

from hypothesis import given
from hypothesis import strategies as st

from cognito_auth import names


class TestKeyOf:
    def test_ignores_case_unless_told_not_to(self):
        assert names.key_of("Jane", case_sensitive=False) == names.key_of("jANE", case_sensitive=False)
        assert names.key_of("Jane", case_sensitive=True) != names.key_of("jane", case_sensitive=True)

    def test_makes_spellings_of_one_text_equal(self):
        composed, decomposed = "jos\u00e9", "jose\u0301"

        assert names.key_of(composed, case_sensitive=True) == names.key_of(decomposed, case_sensitive=True)

    def test_folds_what_lower_casing_leaves_apart(self):
        assert names.key_of("STRASSE", case_sensitive=False) == names.key_of("straße", case_sensitive=False)

    @given(st.text(max_size=40))
    def test_is_a_fixed_point(self, text):
        key = names.key_of(text, case_sensitive=False)

        assert names.key_of(key, case_sensitive=False) == key


class TestShapes:
    def test_tells_addresses_from_usernames(self):
        assert names.looks_like_email("jane@example.com")
        assert not names.looks_like_email("jane")
        assert not names.looks_like_email("@example.com")
        assert names.looks_like_phone_number("+14155552671")
        assert not names.looks_like_phone_number("14155552671")
        assert not names.looks_like_phone_number("+1415555267112345")
        assert not names.looks_like_phone_number("+１４１５")


class TestAfterPrefix:
    @given(st.text(min_size=1, max_size=8), st.text(max_size=8))
    def test_bounds_exactly_the_texts_with_the_prefix(self, prefix, other):
        end = names.after_prefix(prefix)
        candidate = prefix + other

        assert end is None or candidate < end
        if not other.startswith(prefix) and other > prefix:
            assert end is not None
            assert other >= end

    def test_has_no_end_after_the_last_character(self):
        assert names.after_prefix("\U0010ffff") is None

    def test_skips_surrogates(self):
        assert names.after_prefix("a\ud7ff") == "a\ue000"
