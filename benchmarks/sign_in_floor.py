"""CPU of a sign-in and of a refresh, as a multiple of what they cannot do without.

Sign-in: one Argon2id hash at the shipped cost and two RSA-2048 signatures. Refresh: two signatures.
In one process over Django's test client, so that the API's own work is all that is added. Also the
latency for an unknown user over that for a wrong password.
Targets: sign-in ≤ 1.06, refresh ≤ 5, unknown over wrong 0.9 to 1.1.
"""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "9"))


def cpu(job: Callable[[], object], times: int) -> float:
    """Return CPU seconds per call."""
    before = time.process_time()
    for _time in range(times):
        job()
    return (time.process_time() - before) / times


def ratio(job: Callable[[], object], floor: Callable[[], object], times: int) -> float:
    """Return the median over rounds of job ÷ floor, taken in turn."""
    cpu(job, 2)
    cpu(floor, 2)
    return statistics.median(cpu(job, times) / cpu(floor, times) for _round in range(ROUNDS))


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(directory) / 'benchmark.sqlite3'}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        os.environ["BENCHMARK_REAL_HASHER"] = "1"
        measure()


def measure() -> None:
    import django

    django.setup()
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from benchmarks import cognito_site as site

    call_command("migrate", verbosity=0)
    import benchmarks.prepare  # noqa: F401  (makes the rows)
    from cognito_auth.models import User

    http = Client()

    def post(operation: str, body: dict[str, object]) -> dict[str, object]:
        answer = http.post(
            "/",
            json.dumps(body),
            content_type="application/x-amz-json-1.1",
            headers={"X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}"},
        )
        return dict(json.loads(answer.content))

    user = User(pool_id=site.POOL_ID, username="jane", status="CONFIRMED", email="jane@example.com")
    user.set_password(site.PASSWORD)
    user.save()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def two_signatures() -> None:
        for _token in range(2):
            key.sign(b"x" * 900, padding.PKCS1v15(), hashes.SHA256())

    def hash_and_signatures() -> None:
        make_password(site.PASSWORD)
        two_signatures()

    def attempt(username: str, password: str) -> dict[str, object]:
        parameters = {"USERNAME": username, "PASSWORD": password}
        return post(
            "InitiateAuth",
            {"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": site.CLIENT_ID, "AuthParameters": parameters},
        )

    result = attempt("jane", site.PASSWORD)["AuthenticationResult"]
    refresh_token = result["RefreshToken"]  # type: ignore[index]

    def refresh() -> None:
        post(
            "InitiateAuth",
            {
                "AuthFlow": "REFRESH_TOKEN_AUTH",
                "ClientId": site.CLIENT_ID,
                "AuthParameters": {"REFRESH_TOKEN": refresh_token},
            },
        )

    print(f"database: {connection.vendor}")
    sign_in = ratio(lambda: attempt("jane", site.PASSWORD), hash_and_signatures, 12)
    print(f"sign_in_cpu_over_hash_and_signatures: {sign_in:.3f} (target 1.06)")
    print(f"refresh_cpu_over_signatures: {ratio(refresh, two_signatures, 40):.2f} (target 5)")
    print(f"unknown_user_over_wrong_password: {unknown_over_wrong(attempt):.2f} (target 0.9 to 1.1)")


def unknown_over_wrong(attempt: Callable[[str, str], object]) -> float:
    """Return latency for unknown users ÷ for wrong passwords, clearing locks between attempts."""
    from cognito_auth.models import AttemptCounter

    def seconds(username: str) -> float:
        AttemptCounter.objects.all().delete()
        before = time.perf_counter()
        attempt(username, "Wr0ng-passw0rd!")
        return time.perf_counter() - before

    pairs = [(seconds("nobody"), seconds("jane")) for _time in range(60)]
    return statistics.median(unknown / wrong for unknown, wrong in pairs)


if __name__ == "__main__":
    main()
