"""CPU of one full check of a token, as a multiple of a raw RSA-2048 verification by ``cryptography``.

Without the memory of checked tokens (every token is another, as at first sight), with it, and PyJWT
with a prepared key beside them. Targets: full check ≤ 1.9 (a hand-written check reaches 1.55),
remembered ≤ 0.10.
"""

import itertools
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TIMES, ROUNDS = 2000, 25


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(directory) / 'benchmark.sqlite3'}"
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        measure()


def measure() -> None:
    import django

    django.setup()
    import jwt
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from django.conf import settings as django_settings
    from django.core.management import call_command
    from django.test import override_settings
    from django.utils import timezone

    from benchmarks.measuring import ratios

    call_command("migrate", verbosity=0)
    from benchmarks.tokens import TokenSite
    from cognito_auth.services.tokens.verify import verify

    site = TokenSite(count=200)
    now = timezone.now()
    scheme, digest = padding.PKCS1v15(), hashes.SHA256()
    signed = site.tokens[0].rpartition(".")[0].encode()
    signature = site.private_key.sign(signed, scheme, digest)
    key, prepared = site.public_key, jwt.PyJWK(site.public_jwk)
    headers = itertools.cycle([token.encode() for token in site.tokens])

    def raw() -> None:
        key.verify(signature, signed, scheme, digest)

    def check() -> None:
        # Another string each time, as a request brings it.
        verify(next(headers).decode("latin-1"), now=now)

    def pyjwt() -> None:
        jwt.decode(next(headers).decode("latin-1"), prepared, algorithms=["RS256"], leeway=10)

    def settings(cache_size: int) -> dict[str, object]:
        return {**django_settings.COGNITO_AUTH, "TOKEN_CACHE_SIZE": cache_size}

    print(f"token_length: {len(site.tokens[0])}")
    with override_settings(COGNITO_AUTH=settings(0)):
        found = ratios({"full_check": check, "pyjwt": pyjwt}, raw, times=TIMES, rounds=ROUNDS)
    with override_settings(COGNITO_AUTH=settings(4096)):
        found |= ratios({"remembered": check}, raw, times=TIMES, rounds=ROUNDS)
    print(f"token_check_over_raw_verify: {found['full_check']:.2f} (target 1.9)")
    print(f"remembered_token_over_raw_verify: {found['remembered']:.3f} (target 0.10)")
    print(f"pyjwt_over_raw_verify: {found['pyjwt']:.2f}")


if __name__ == "__main__":
    main()
