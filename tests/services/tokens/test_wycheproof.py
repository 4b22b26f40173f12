"""The vectors of Project Wycheproof, where they lie beside the checkout."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from cognito_auth.services.tokens import compact, errors, foreign_keys

DIRECTORY = Path(__file__).resolve().parents[4] / "shared" / "reference" / "data" / "wycheproof"
FILES = ("json_web_signature_test.json", "json_web_key_test.json")

pytestmark = pytest.mark.skipif(not DIRECTORY.is_dir(), reason="the Wycheproof vectors are not beside the checkout")


def cases():
    for name in FILES:
        path = DIRECTORY / name
        groups = json.loads(path.read_text())["testGroups"] if path.is_file() else []
        for group in groups:
            for test in group["tests"]:
                yield pytest.param(group, test, id=f"{name.split('_')[2]}-{test['tcId']}")


def keys_of(group):
    public = group.get("public", {})
    return public.get("keys", [public])


def accepts(group, test):
    """Tell whether a signature is accepted with the group's keys, as a token's is."""
    keys = foreign_keys.usable_keys({"keys": keys_of(group)})
    try:
        signed, header, _payload, signature = compact.split(test["jws"])
        key = keys.get(compact.kid_of(header))
        if key is None:
            return False
        key.verify(compact.decode(signature), signed, padding.PKCS1v15(), hashes.SHA256())
    except (errors.TokenRefused, InvalidSignature):
        return False
    return True


@pytest.mark.parametrize(("group", "test"), list(cases()))
def test_vector(group, test):
    """Valid ones are accepted if they are RS256; nothing else ever is."""
    is_rs256 = any(key.get("alg") == "RS256" for key in keys_of(group))

    assert accepts(group, test) == (test["result"] == "valid" and is_rs256)
