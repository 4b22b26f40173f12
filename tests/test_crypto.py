"""crypto: secrets at rest and keyed digests."""

import pytest

from cognito_auth import crypto


def keys(settings, *values):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "ENCRYPTION_KEYS": list(values)}


class TestEncrypt:
    def test_makes_a_token_that_does_not_show_the_text(self):
        token = crypto.encrypt("top secret")

        assert "secret" not in token
        assert crypto.decrypt(token) == "top secret"

    def test_old_keys_still_decrypt_and_rotation_moves_to_the_new_one(self, settings):
        keys(settings, "first-key-of-thirty-two-characters")
        token = crypto.encrypt("kept")
        keys(settings, "second-key-of-thirty-two-character", "first-key-of-thirty-two-characters")

        assert crypto.decrypt(token) == "kept"
        rotated = crypto.rotate(token)
        keys(settings, "second-key-of-thirty-two-character")
        assert crypto.decrypt(rotated) == "kept"

    def test_a_missing_key_is_named_not_hidden(self, settings):
        keys(settings, "first-key-of-thirty-two-characters")
        token = crypto.encrypt("lost")
        keys(settings, "second-key-of-thirty-two-character")

        with pytest.raises(crypto.DecryptionError, match="ENCRYPTION_KEYS"):
            crypto.decrypt(token)


class TestKeyedDigest:
    def test_keeps_the_parts_apart(self):
        assert crypto.keyed_digest("ab", "c") != crypto.keyed_digest("a", "bc")

    def test_depends_on_the_key_and_old_keys_still_match(self, settings):
        keys(settings, "first-key-of-thirty-two-characters")
        stored = crypto.keyed_digest("code", "123456")
        keys(settings, "second-key-of-thirty-two-character", "first-key-of-thirty-two-characters")

        assert crypto.keyed_digest("code", "123456") != stored
        assert crypto.matches_keyed_digest(stored, "code", "123456")
        assert not crypto.matches_keyed_digest(stored, "code", "123457")
