"""Pools at the root of a host of their own."""

import pytest
from django.urls import include, path

from cognito_auth.services import user_pool_domains
from cognito_auth.services.tokens.issuer import issuer_of
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db
HOST = "login.example.com"
REDIRECT_URI = "https://app.example.com/callback"

# The same below a prefix, beside pages of the site's own.
urlpatterns = [
    path("auth/", include("cognito_auth.urls")),
    path("<slug:page>/welcome", lambda request, page: pytest.fail("A page of the site.")),
]


@pytest.fixture(autouse=True)
def _hosts(settings):
    # As a project has it; the example's settings, which those of the tests come from, do.
    assert settings.MIDDLEWARE[0] == "cognito_auth.web.domains.CustomDomainMiddleware"
    settings.ALLOWED_HOSTS = [HOST, "people.auth.eu-west-1.amazoncognito.com", "testserver", "other.example.com"]


@pytest.fixture
def pool():
    pool = UserPoolFactory()
    user_pool_domains.create(pool, HOST, now=moment())
    return pool


@pytest.fixture
def app_client(pool):
    return UserPoolClientFactory(
        pool=pool,
        oauth_enabled=True,
        allowed_oauth_flows=["code"],
        allowed_oauth_scopes=["openid"],
        callback_urls=[REDIRECT_URI],
    )


@pytest.fixture(params=["tests.settings", __name__])
def urlconf(request, settings):
    """The site's addresses, at the root and below a prefix."""
    if request.param == __name__:
        settings.ROOT_URLCONF = __name__


def query_for(app_client):
    return f"response_type=code&client_id={app_client.pk}&redirect_uri={REDIRECT_URI}&state=s"


class TestCustomDomainMiddleware:
    def test_a_whole_sign_in_happens_at_the_root_of_the_host(self, client, pool, app_client, urlconf):
        UserFactory(pool=pool, username="jane", confirmed=True)
        query = query_for(app_client)

        first = client.get(f"/oauth2/authorize?{query}", headers={"Host": HOST})
        assert first["Location"] == f"/login?{query}"
        page = client.get(first["Location"], headers={"Host": HOST})
        assert page.status_code == 200
        answer = client.post(first["Location"], {"username": "jane", "password": "Passw0rd!"}, headers={"Host": HOST})

        assert answer["Location"].startswith(f"{REDIRECT_URI}?code=")
        assert answer.cookies["cognito"]["path"] == "/"
        assert answer.cookies["cognito"]["domain"] == ""
        again = client.get(f"/oauth2/authorize?{query}", headers={"Host": HOST})
        assert again["Location"].startswith(f"{REDIRECT_URI}?code=")

    def test_documents_are_there_and_the_issuer_stays(self, client, pool, urlconf):
        document = client.get("/.well-known/openid-configuration", headers={"Host": HOST}).json()

        assert document["issuer"] == issuer_of(pool.pk)
        assert document["jwks_uri"] == f"{issuer_of(pool.pk)}/.well-known/jwks.json"
        endpoints = {name: url for name, url in document.items() if name.endswith("_endpoint")}
        assert endpoints["token_endpoint"] == f"https://{HOST}/oauth2/token"
        assert endpoints["end_session_endpoint"] == f"https://{HOST}/logout"
        assert all(url.startswith(f"https://{HOST}/") for url in endpoints.values())
        assert client.get("/.well-known/jwks.json", headers={"Host": HOST}).status_code == 200

    def test_without_it_nobody_is_sent_to_a_host_that_is_not_served(self, client, pool, settings):
        settings.MIDDLEWARE = settings.MIDDLEWARE[1:]

        document = client.get(f"/{pool.pk}/.well-known/openid-configuration").json()

        assert document["token_endpoint"] == f"{issuer_of(pool.pk)}/oauth2/token"

    def test_machines_are_answered(self, client, pool, urlconf):
        answer = client.post("/oauth2/token", headers={"Host": HOST})

        assert answer.status_code == 400
        assert answer.json() == {"error": "invalid_request"}

    def test_knows_the_host_by_port_and_case(self, client, pool, urlconf):
        path = "/.well-known/jwks.json"

        assert client.get(path, headers={"Host": f"{HOST}:8443"}).status_code == 200
        assert client.get(path, headers={"Host": HOST.upper()}).status_code == 200

    def test_knows_the_host_of_a_prefix(self, client, pool, urlconf):
        user_pool_domains.create(pool, "people", now=moment())

        answer = client.get("/.well-known/jwks.json", headers={"Host": "people.auth.eu-west-1.amazoncognito.com"})

        assert answer.status_code == 200

    @pytest.mark.parametrize("path", ["/", "/admin/", "/auth/", "/welcome", "/%00", "/../x", "//login", "/oauth2/"])
    def test_nothing_else_is_under_the_host(self, client, pool, urlconf, path):
        assert client.get(path, headers={"Host": HOST}).status_code == 404

    def test_the_api_is_not_under_the_host(self, client, pool, urlconf):
        answer = client.post(
            "/", "{}", content_type="application/x-amz-json-1.1", headers={"Host": HOST, "X-Amz-Target": "x.SignUp"}
        )

        assert answer.status_code == 404

    def test_neither_the_own_nor_another_pool_is_under_the_host_by_its_id(self, client, pool, urlconf):
        other = UserPoolFactory()

        for pool_id in (pool.pk, other.pk):
            path = f"/{pool_id}/.well-known/jwks.json"
            assert client.get(path, headers={"Host": HOST}).status_code == 404

    def test_other_hosts_are_left_alone(self, client, pool):
        path = f"/{pool.pk}/.well-known/jwks.json"

        assert client.get(path, headers={"Host": "other.example.com"}).status_code == 200
        assert client.get("/login", headers={"Host": "other.example.com"}).status_code == 404

    def test_the_sites_own_host_costs_no_query(self, client, settings, django_assert_num_queries):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": "https://other.example.com"}

        with django_assert_num_queries(0):
            client.get("/nowhere", headers={"Host": "other.example.com"})

    def test_a_host_that_is_not_allowed_is_refused(self, client, pool, settings):
        settings.ALLOWED_HOSTS = ["testserver"]

        assert client.get("/login", headers={"Host": HOST}).status_code == 400
