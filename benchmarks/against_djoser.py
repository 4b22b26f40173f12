"""CPU of the server process per request, ours ÷ djoser with simplejwt RS256.

Both run under gunicorn (one worker, one thread) on PostgreSQL with the same cheap password hasher;
rounds alternate between the two, and each figure is the median of the rounds' ratios.
Targets: sign-up ≤ 0.6, sign-in ≤ 0.8, refresh ≤ 0.95, GetUser ≤ 0.85.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Callable

from benchmarks import cognito_site, databases
from benchmarks.servers import ROOT, Server, gunicorn

ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "7"))
REQUESTS = int(os.environ.get("BENCHMARK_REQUESTS", "150"))
TARGETS = {"sign_up": 0.6, "sign_in": 0.8, "refresh": 0.95, "get_user": 0.85}


class Ours:
    """The jobs done by our API."""

    def __init__(self, server: Server) -> None:
        self.api = cognito_site.CognitoApi(server)
        self.api.signed("AdminCreateUser", UserPoolId=cognito_site.POOL_ID, Username="jane", MessageAction="SUPPRESS")
        self.api.signed(
            "AdminSetUserPassword",
            UserPoolId=cognito_site.POOL_ID,
            Username="jane",
            Password=cognito_site.PASSWORD,
            Permanent=True,
        )
        self.tokens = self.api.sign_in("jane")

    def sign_up(self, number: int) -> None:
        self.api.call(
            "SignUp",
            ClientId=cognito_site.CLIENT_ID,
            Username=f"person{number}",
            Password=cognito_site.PASSWORD,
            UserAttributes=[{"Name": "email", "Value": f"person{number}@example.com"}],
        )

    def sign_in(self, number: int) -> None:
        self.api.sign_in("jane")

    def refresh(self, number: int) -> None:
        self.api.call(
            "InitiateAuth",
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=cognito_site.CLIENT_ID,
            AuthParameters={"REFRESH_TOKEN": self.tokens["RefreshToken"]},
        )

    def get_user(self, number: int) -> None:
        self.api.call("GetUser", AccessToken=self.tokens["AccessToken"])


class Djoser:
    """The same jobs done by djoser."""

    def __init__(self, server: Server) -> None:
        self.caller = server.connect()
        self._send("/auth/users/", {"username": "jane", "password": cognito_site.PASSWORD}, 201)
        self.tokens = self._send("/auth/jwt/create/", {"username": "jane", "password": cognito_site.PASSWORD}, 200)

    def _send(self, path: str, body: dict[str, str], expected: int) -> dict[str, str]:
        status, answer = self.caller.send(path, body, {"Content-Type": "application/json"})
        if status != expected:
            raise RuntimeError(f"{path} answered {status}: {answer}")
        return dict(answer)

    def sign_up(self, number: int) -> None:
        person = {
            "username": f"person{number}",
            "password": cognito_site.PASSWORD,
            "email": f"person{number}@example.com",
        }
        self._send("/auth/users/", person, 201)

    def sign_in(self, number: int) -> None:
        self._send("/auth/jwt/create/", {"username": "jane", "password": cognito_site.PASSWORD}, 200)

    def refresh(self, number: int) -> None:
        self._send("/auth/jwt/refresh/", {"refresh": self.tokens["refresh"]}, 200)

    def get_user(self, number: int) -> None:
        headers = {"Authorization": f"Bearer {self.tokens['access']}"}
        status, answer = self.caller.send("/auth/users/me/", None, headers, method="GET")
        if status != 200:
            raise RuntimeError(f"me answered {status}: {answer}")


def cpu_per_request(server: Server, job: Callable[[int], None], start: int) -> float:
    before = server.cpu_seconds()
    for number in range(start, start + REQUESTS):
        job(number)
    return (server.cpu_seconds() - before) / REQUESTS


def main() -> None:
    with databases.fresh("benchmark_ours") as ours_url, databases.fresh("benchmark_djoser") as djoser_url:
        cognito_site.prepare(ours_url)
        djoser_environment = {
            "DJANGO_SETTINGS_MODULE": "benchmarks.yardsticks.djoser_site",
            "BENCHMARK_DJOSER_DATABASE_URL": djoser_url,
        }
        migrate = [sys.executable, "-m", "django", "migrate", "-v0"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, **djoser_environment}, check=True)
        with (
            gunicorn(cognito_site.APPLICATION, cognito_site.environment(ours_url)) as our_server,
            gunicorn("django.core.wsgi:get_wsgi_application()", djoser_environment) as djoser_server,
        ):
            compare(our_server, Ours(our_server), djoser_server, Djoser(djoser_server))


def compare(our_server: Server, ours: Ours, djoser_server: Server, djoser: Djoser) -> None:
    number = 0
    for job, target in TARGETS.items():
        ratios, our_costs, their_costs = [], [], []
        for round_number in range(ROUNDS + 1):
            number += REQUESTS
            our_cost = cpu_per_request(our_server, getattr(ours, job), number)
            their_cost = cpu_per_request(djoser_server, getattr(djoser, job), number)
            if round_number:  # the first round warms both up
                ratios.append(our_cost / their_cost)
                our_costs.append(our_cost)
                their_costs.append(their_cost)
        print(f"{job}_cpu_over_djoser: {statistics.median(ratios):.2f} (target {target})")
        print(f"{job}_cpu_ms: {statistics.median(our_costs) * 1000:.2f}")
        print(f"{job}_cpu_ms_djoser: {statistics.median(their_costs) * 1000:.2f}", flush=True)


if __name__ == "__main__":
    main()
