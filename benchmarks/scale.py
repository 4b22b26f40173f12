"""Every call at a million users ÷ at a thousand, request by request on PostgreSQL; and moto's.

Two sites with their own databases answer the same requests in turn; each figure is the ratio of the
medians. With ``moto_server`` installed (extra ``benchmarks``) the same jobs run there with a
thousand users: ours, with a million, should be ahead.
Targets: each call, a deep page ÷ the first, a prefix at the end of the pool, restart: ≤ 1.2;
memory ≤ 1.1; over moto ≤ 1.
"""

import contextlib
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import cognito_site, databases
from benchmarks.servers import ROOT, Server, gunicorn, moto

SMALL = int(os.environ.get("BENCHMARK_SMALL", "1000"))
LARGE = int(os.environ.get("BENCHMARK_LARGE", "1000000"))
REPEATS = int(os.environ.get("BENCHMARK_REQUESTS", "120"))
PREFIX = "zz-last-"
POOL = {"UserPoolId": cognito_site.POOL_ID}
Job = Callable[[int], object]


class Site:
    """One of the two sites, with what its calls need."""

    def __init__(self, server: Server, *, pool_id: str, client_id: str) -> None:
        self.server = server
        self.api = cognito_site.CognitoApi(server)
        self.pool = {"UserPoolId": pool_id}
        self.client_id = client_id
        for position in range(5):
            self.add(f"{PREFIX}{position}")
        self.tokens = self.sign_in(0)

    def add(self, username: str) -> None:
        """Make a confirmed user."""
        attributes = [{"Name": "email", "Value": f"{username}@example.com"}]
        self.api.signed(
            "AdminCreateUser", **self.pool, Username=username, MessageAction="SUPPRESS", UserAttributes=attributes
        )
        self.api.signed(
            "AdminSetUserPassword",
            **self.pool,
            Username=username,
            Password=cognito_site.PASSWORD,
            Permanent=True,
        )

    def sign_up(self, number: int) -> object:
        username = f"new{number}"
        attributes = [{"Name": "email", "Value": f"{username}@example.com"}]
        return self.api.call(
            "SignUp",
            ClientId=self.client_id,
            Username=username,
            Password=cognito_site.PASSWORD,
            UserAttributes=attributes,
        )

    def sign_in(self, number: int) -> dict[str, str]:
        parameters = {"USERNAME": f"{PREFIX}0", "PASSWORD": cognito_site.PASSWORD}
        answer = self.api.call(
            "InitiateAuth", AuthFlow="USER_PASSWORD_AUTH", ClientId=self.client_id, AuthParameters=parameters
        )
        return dict(answer["AuthenticationResult"])

    def refresh(self, number: int) -> object:
        parameters = {"REFRESH_TOKEN": self.tokens["RefreshToken"]}
        return self.api.call(
            "InitiateAuth", AuthFlow="REFRESH_TOKEN_AUTH", ClientId=self.client_id, AuthParameters=parameters
        )

    def get_user(self, number: int) -> object:
        return self.api.call("GetUser", AccessToken=self.tokens["AccessToken"])

    def admin_get_user(self, number: int) -> object:
        return self.api.signed("AdminGetUser", **self.pool, Username=f"{PREFIX}{number % 5}")

    def admin_update_user(self, number: int) -> object:
        attributes = [{"Name": "nickname", "Value": f"n{number}"}]
        return self.api.signed(
            "AdminUpdateUserAttributes", **self.pool, Username=f"{PREFIX}1", UserAttributes=attributes
        )

    def describe_user_pool(self, number: int) -> object:
        return self.api.signed("DescribeUserPool", **self.pool)

    def list_users(self, number: int) -> object:
        return self.api.signed("ListUsers", **self.pool, Limit=60)

    def list_users_email_equals(self, number: int) -> object:
        return self.api.signed("ListUsers", **self.pool, Filter=f'email = "{PREFIX}2@example.com"')

    def list_users_email_prefix(self, number: int) -> object:
        return self.api.signed("ListUsers", **self.pool, Filter=f'email ^= "{PREFIX}"')

    def list_users_unconfirmed(self, number: int) -> object:
        return self.api.signed("ListUsers", **self.pool, Filter='cognito:user_status = "RESET_REQUIRED"', Limit=10)


EVERY_CALL = (
    "sign_up",
    "sign_in",
    "refresh",
    "get_user",
    "admin_get_user",
    "admin_update_user",
    "describe_user_pool",
    "list_users",
    "list_users_email_equals",
    "list_users_email_prefix",
    "list_users_unconfirmed",
)
ALSO_MOTO = (
    "sign_up",
    "sign_in",
    "refresh",
    "get_user",
    "admin_get_user",
    "list_users",
    "list_users_email_equals",
    "list_users_email_prefix",
)


def seconds(job: Job, number: int) -> float:
    before = time.perf_counter()
    job(number)
    return time.perf_counter() - before


def medians(first: Job, second: Job, start: int) -> tuple[float, float]:
    """Return the median latencies of two jobs taken in turn."""
    pairs = [(seconds(first, number), seconds(second, number)) for number in range(start, start + REPEATS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def seed(name: str, count: int) -> str:
    """Make a site's database with so many users and return its URL."""
    databases.recreate(name)
    url = databases.url_of(name)
    cognito_site.prepare(url)
    before = time.perf_counter()
    command = [sys.executable, "manage.py", "cognito_seed_users", "--pool", cognito_site.POOL_ID, "--count", str(count)]
    environment = {**os.environ, **cognito_site.environment(url)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    if count == LARGE:
        print(f"seeded_users_per_second: {count / (time.perf_counter() - before):.0f} (target 5000)", flush=True)
    databases.analyze(name)
    return url


@contextlib.contextmanager
def site(url: str) -> Iterator[tuple[Site, float]]:
    """Run a site and give it with the seconds until its first answer."""
    before = time.perf_counter()
    with gunicorn(cognito_site.APPLICATION, cognito_site.environment(url)) as server:
        cognito_site.CognitoApi(server).signed("DescribeUserPool", **POOL)
        started = time.perf_counter() - before
        yield Site(server, pool_id=cognito_site.POOL_ID, client_id=cognito_site.CLIENT_ID), started


def compare_sizes(small: Site, large: Site) -> None:
    number = 0
    for name in EVERY_CALL:
        number += REPEATS
        for warm_up in range(3):
            getattr(small, name)(-number - warm_up)
            getattr(large, name)(-number - warm_up)
        small_seconds, large_seconds = medians(getattr(small, name), getattr(large, name), number)
        print(f"{name}_large_over_small: {large_seconds / small_seconds:.2f} (target 1.2)", flush=True)


def walk(site_: Site) -> tuple[int, int, str]:
    """Page through many users; return how many were listed, how many twice, and a deep token."""
    seen: set[str] = set()
    listed, token = 0, ""
    for _page in range(400):
        more = {"PaginationToken": token} if token else {}
        answer = site_.api.signed("ListUsers", **site_.pool, Limit=60, **more)
        listed += len(answer["Users"])
        seen.update(user["Username"] for user in answer["Users"])
        if "PaginationToken" not in answer:
            break
        token = answer["PaginationToken"]
    return listed, listed - len(seen), token


def compare_pages(large: Site) -> None:
    listed, twice, token = walk(large)
    print(f"listed_users: {listed}, listed_twice: {twice}")

    def deep(number: int) -> object:
        return large.api.signed("ListUsers", **large.pool, Limit=60, PaginationToken=token)

    first_seconds, deep_seconds = medians(large.list_users, deep, 0)
    print(f"deep_page_over_first: {deep_seconds / first_seconds:.2f} (target 1.2)", flush=True)


def compare_with_moto(large: Site) -> None:
    if importlib.util.find_spec("moto") is None:
        print("moto: not installed (pip install '.[benchmarks]')")
        return
    with moto() as server:
        api = cognito_site.CognitoApi(server)
        pool_id = api.signed("CreateUserPool", PoolName="benchmark")["UserPool"]["Id"]
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        client = api.signed("CreateUserPoolClient", UserPoolId=pool_id, ClientName="web", ExplicitAuthFlows=flows)
        theirs = Site(server, pool_id=pool_id, client_id=client["UserPoolClient"]["ClientId"])
        for number in range(SMALL):
            theirs.add(f"user{number}")
        number = 10**6
        for name in ALSO_MOTO:
            number += REPEATS
            ours_seconds, their_seconds = medians(getattr(large, name), getattr(theirs, name), number)
            print(f"{name}_over_moto: {ours_seconds / their_seconds:.2f} (target 1)", flush=True)


def main() -> None:
    small_url, large_url = seed("benchmark_small", SMALL), seed("benchmark_large", LARGE)
    try:
        with site(small_url) as (small, small_started), site(large_url) as (large, large_started):
            compare_sizes(small, large)
            compare_pages(large)
            memory = large.server.memory_bytes() / small.server.memory_bytes()
            print(f"memory_large_over_small: {memory:.2f} (target 1.1)")
            print(f"restart_large_over_small: {large_started / small_started:.2f} (target 1.2)", flush=True)
            compare_with_moto(large)
    finally:
        databases.drop("benchmark_small")
        databases.drop("benchmark_large")


if __name__ == "__main__":
    main()
