"""CPU of a sign-in by SRP, both calls together, as a multiple of what a plain server could not do without.

The yardstick: three powers modulo the 3072-bit prime with 256-bit exponents, by Python's ``pow``, and
two RSA-2048 signatures. In one process over Django's test client, the client's own half outside the
clock. Run again with ``COGNITO_AUTH_GMPY2=0`` for Python's arithmetic.
Targets: ≤ 0.60 with gmpy2, ≤ 1.25 without.
"""

import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "9"))
TIMES = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(directory) / 'benchmark.sqlite3'}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        measure()


def measure() -> None:
    import django

    django.setup()
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from benchmarks import cognito_site as site

    call_command("migrate", verbosity=0)
    import benchmarks.prepare  # noqa: F401  (makes the rows)
    from cognito_auth.models import User, UserPoolClient
    from cognito_auth.services import srp, srp_verifiers
    from tests.srp_client import SrpClient

    UserPoolClient.objects.update(explicit_auth_flows=["ALLOW_USER_SRP_AUTH"])
    user, _created = User.objects.get_or_create(
        pool_id=site.POOL_ID, username="jane", defaults={"status": "CONFIRMED", "email": "jane@example.com"}
    )
    user.set_password(site.PASSWORD)
    user.save()
    srp_verifiers.remember(user, site.PASSWORD)
    http, person = Client(), SrpClient(site.PASSWORD)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    base = secrets.randbelow(srp.N)

    def floor() -> float:
        before = time.process_time()
        for _power in range(3):
            pow(base, secrets.randbits(256) | 1 << 255, srp.N)
        for _token in range(2):
            key.sign(b"x" * 900, padding.PKCS1v15(), hashes.SHA256())
        return time.process_time() - before

    def post(operation: str, body: dict[str, object]) -> tuple[float, dict[str, dict[str, str]]]:
        headers = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"}
        before = time.process_time()
        answer = http.post("/", json.dumps(body), content_type="application/x-amz-json-1.1", headers=headers)
        return time.process_time() - before, dict(json.loads(answer.content))

    def sign_in() -> float:
        parameters = {"USERNAME": "jane", "SRP_A": person.srp_a}
        begun, challenge = post(
            "InitiateAuth",
            {"AuthFlow": "USER_SRP_AUTH", "ClientId": site.CLIENT_ID, "AuthParameters": parameters},
        )
        asked = challenge["ChallengeParameters"]
        claims = person.claims(group=user.pool.srp_name, identity="jane", parameters=asked, now=timezone.now())
        answered, result = post(
            "RespondToAuthChallenge",
            {
                "ChallengeName": "PASSWORD_VERIFIER",
                "ClientId": site.CLIENT_ID,
                "ChallengeResponses": {"USERNAME": "jane", **claims},
            },
        )
        if "AuthenticationResult" not in result:
            raise RuntimeError(f"The sign-in was refused: {result}")
        return begun + answered

    def seconds(job: Callable[[], float]) -> float:
        return sum(job() for _time in range(TIMES)) / TIMES

    seconds(sign_in), seconds(floor)
    ratio = statistics.median(seconds(sign_in) / seconds(floor) for _round in range(ROUNDS))
    arithmetic, target = ("gmpy2", "0.60") if srp.HAS_GMPY2 else ("python", "1.25")
    print(f"database: {connection.vendor}")
    print(f"floor_milliseconds: {seconds(floor) * 1e3:.2f}")
    print(f"srp_cpu_over_floor_{arithmetic}: {ratio:.2f} (target {target})")


if __name__ == "__main__":
    main()
