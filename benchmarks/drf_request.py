"""CPU of an authenticated request to a protected view, beside simplejwt with RS256 and a prepared key.

Each figure is what the request costs above the same request without a token, over what it costs
simplejwt. simplejwt's user is a row with the columns of ``auth.User``, loaded by primary key; ours is
the whole user of the pool, and the query also tells whether the session still lives.

Targets: own token ≤ 0.45 on SQLite and 0.50 on PostgreSQL (``DATABASE_URL``, an empty database);
trusted pool without database ≤ 0.60 times simplejwt's stateless class, ≤ 0.20 for a token seen before.
"""

import itertools
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

TIMES, ROUNDS = 200, 31


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{Path(directory) / 'benchmark.sqlite3'}")
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        measure()


def measure() -> None:
    import django

    django.setup()
    from django.conf import settings as django_settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import override_settings

    call_command("migrate", verbosity=0)
    from benchmarks.tokens import TokenSite

    site = TokenSite(count=100)
    print(f"database: {connection.vendor}")
    own: dict[str, Any] = {**django_settings.COGNITO_AUTH}
    foreign = {**own, "BASE_URL": "https://elsewhere.example.com", "USER_RESOLVER": None}
    foreign["TRUSTED_POOLS"] = [site.as_trusted_pool()]
    with override_settings(SIMPLE_JWT=site.simplejwt_settings()):
        from benchmarks.yardsticks import simplejwt_users

        simplejwt_users.create_table(site.user.pk)
        simplejwt, stateless = simplejwt_users.WithUser, simplejwt_users.Stateless
        with override_settings(COGNITO_AUTH={**own, "TOKEN_CACHE_SIZE": 0}):
            report("own_token", site, simplejwt, 0.50 if connection.vendor == "postgresql" else 0.45)
        with override_settings(COGNITO_AUTH={**own, "TOKEN_CACHE_SIZE": 4096}):
            report("own_token_seen_before", site, simplejwt, None)
        with override_settings(COGNITO_AUTH={**foreign, "TOKEN_CACHE_SIZE": 0}):
            report("trusted_pool_without_database", site, stateless, 0.60)
        with override_settings(COGNITO_AUTH={**foreign, "TOKEN_CACHE_SIZE": 4096}):
            report("trusted_pool_without_database_seen_before", site, stateless, 0.20)


def report(name: str, site: Any, yardstick: type, target: float | None) -> None:
    """Print the ratio of our class to ``yardstick``, both above a request without a token."""
    from benchmarks.measuring import cpu_microseconds
    from cognito_auth.rest_framework.authentication import CognitoAuthentication

    ours, theirs = caller(CognitoAuthentication, site.tokens), caller(yardstick, site.simplejwt_tokens)
    anonymous = caller(CognitoAuthentication, [])
    found, costs = [], []
    for _round in range(ROUNDS):
        base, our, their = (cpu_microseconds(job, TIMES) for job in (anonymous, ours, theirs))
        found.append((our - base) / (their - base))
        costs.append((our - base, their - base))
    ratio = statistics.median(found)
    our, their = (statistics.median(column) for column in zip(*costs, strict=True))
    suffix = "" if target is None else f" (target {target:.2f})"
    print(f"{name}_over_simplejwt: {ratio:.2f}{suffix}")
    print(f"{name}_microseconds: {our:.0f}, simplejwt {their:.0f}")


def caller(authentication: type, tokens: list[str]) -> Callable[[], object]:
    """Return a function that sends a request to a view protected by ``authentication``."""
    from django.core.handlers.wsgi import WSGIRequest
    from django.test import RequestFactory
    from rest_framework.response import Response
    from rest_framework.views import APIView

    class View(APIView):
        authentication_classes = [authentication]
        permission_classes: list[type] = []

        def get(self, request: Any) -> Response:
            if tokens and not request.user.is_authenticated:
                raise RuntimeError("The token was not accepted.")
            return Response({})

    view, factory = View.as_view(), RequestFactory()
    headers = [{"HTTP_AUTHORIZATION": f"Bearer {token}"} for token in tokens] or [{}]
    environs = itertools.cycle([factory.get("/", **header).environ for header in headers])

    def call() -> object:
        response = view(WSGIRequest(dict(next(environs))))
        if response.status_code != 200:
            raise RuntimeError(f"The view answered {response.status_code}.")
        return response

    return call


if __name__ == "__main__":
    main()
