"""Hashes of passwords from elsewhere."""

import base64
import hashlib

import argon2
import bcrypt
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.hashers import ImportedPasswordHasher
from cognito_auth.services.user_import.password_hashes import BadHash, check_available, stored_form

PASSWORD = "Pässw0rd!"
# Fixed salts: workers that run tests in parallel name them by their parameters.
SALT = bytes(range(200, 216))
BCRYPT_SALT = b"$2b$04$abcdefghijklmnopqrstuu"


@pytest.fixture(autouse=True)
def _hashers(settings):
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "cognito_auth.hashers.ImportedPasswordHasher"]


def b64(data, alphabet="+/"):
    return base64.b64encode(data).rstrip(b"=").decode().replace("+", alphabet[0])


def scrypt(length=32, n=14, r=8, p=1):
    key = hashlib.scrypt(PASSWORD.encode(), salt=SALT, n=2**n, r=r, p=p, dklen=length, maxmem=2**28)
    return f"$scrypt$ln={n},r={r},p={p}${b64(SALT)}${b64(key)}"


def argon2id(memory_cost):
    hasher = argon2.PasswordHasher(time_cost=1, memory_cost=memory_cost, parallelism=1)
    return hasher.hash(PASSWORD, salt=SALT)


def pbkdf2(form, rounds=1000, length=32):
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), SALT, rounds, dklen=length)
    return form.format(rounds=rounds, salt=b64(SALT), key=b64(key), dotted_salt=b64(SALT, "./"), dotted=b64(key, "./"))


class TestStoredForm:
    @pytest.mark.parametrize(
        ("algorithm", "text"),
        [
            ("BCRYPT", bcrypt.hashpw(PASSWORD.encode(), BCRYPT_SALT).decode()),
            ("BCRYPT", bcrypt.hashpw(PASSWORD.encode(), BCRYPT_SALT).decode().replace("$2b$", "$2y$")),
            ("SCRYPT", scrypt()),
            ("SCRYPT", scrypt(64)),
            ("ARGON2ID", argon2id(1024)),
            ("PBKDF2_SHA256", pbkdf2("$pbkdf2-sha256${rounds}${dotted_salt}${dotted}")),
            ("PBKDF2_SHA256", pbkdf2("$pbkdf2-sha256$i={rounds},l=64${salt}${key}", length=64)),
            ("PBKDF2_SHA256", PBKDF2PasswordHasher().encode(PASSWORD, "somesalt", 1000)),
        ],
    )
    def test_keeps_what_the_password_matches(self, algorithm, text):
        stored = stored_form(algorithm, text)

        assert len(stored) <= 128
        assert check_password(PASSWORD, stored)
        assert not check_password("other", stored)
        assert ImportedPasswordHasher().must_update(stored)
        assert text.rsplit("$")[-1] not in str(ImportedPasswordHasher().safe_summary(stored))

    @pytest.mark.parametrize(
        ("algorithm", "text"),
        [
            ("BCRYPT", "plain"),
            ("BCRYPT", "$2b$15$" + "a" * 53),
            ("BCRYPT", "$2b$03$" + "a" * 53),
            ("SCRYPT", "$scrypt$ln=20,r=8,p=1$c2FsdHNhbHQ$" + "a" * 43),
            ("SCRYPT", "$scrypt$ln=14,r=8,p=999$c2FsdHNhbHQ$" + "a" * 43),
            ("SCRYPT", "$scrypt$ln=0,r=8,p=1$c2FsdHNhbHQ$" + "a" * 43),
            ("SCRYPT", "$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ$abc"),
            ("SCRYPT", "$scrypt$ln=14,r=8,p=1$!!$" + "a" * 43),
            ("SCRYPT", argon2id(64)),
            ("ARGON2ID", "$argon2id$v=19$m=4194304,t=3,p=4$c2FsdHNhbHQ$" + "a" * 43),
            ("ARGON2ID", "$argon2id$v=19$m=65536,t=100000,p=4$c2FsdHNhbHQ$" + "a" * 43),
            ("ARGON2ID", "$argon2i$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$" + "a" * 43),
            ("ARGON2ID", "$argon2id$v=19$m=65536,t=3,p=4$c2Fs$" + "a" * 43),
            ("ARGON2ID", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$" + "a" * 160),
            ("PBKDF2_SHA256", "$pbkdf2-sha256$i=999999999$c2FsdHNhbHQ$" + "a" * 43),
            ("PBKDF2_SHA256", "pbkdf2_sha256$0$salt$" + "a" * 43),
            ("PBKDF2_SHA256", "md5$salt$abc"),
        ],
    )
    def test_refuses_what_cannot_match_or_costs_too_much(self, algorithm, text):
        with pytest.raises(BadHash):
            stored_form(algorithm, text)

    def test_compares_long_passwords_as_bcrypt_does(self):
        stored = stored_form("BCRYPT", bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode())

        assert check_password("x" * 80, stored)
        assert not check_password("x" * 71, stored)
        assert not check_password("x\x00", stored)


class TestCheckAvailable:
    def test_wants_the_hasher_in_the_settings(self, settings):
        settings.PASSWORD_HASHERS = ["cognito_auth.hashers.Argon2idPasswordHasher"]

        with pytest.raises(InvalidParameterException, match="PASSWORD_HASHERS"):
            check_available("SCRYPT")

    def test_wants_the_library(self, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

        check_available("SCRYPT")
        with pytest.raises(InvalidParameterException, match="bcrypt is not installed"):
            check_available("BCRYPT")


class TestHasher:
    def test_makes_no_hashes(self):
        with pytest.raises(ValueError, match="imported only"):
            ImportedPasswordHasher().encode("x", "salt")
