"""The first page, and the API at the same address."""

import json

import pytest

from example_project.demo import pool

pytestmark = pytest.mark.django_db


class TestHome:
    def test_says_how_to_begin(self, client):
        page = client.get("/")

        assert page.status_code == 200
        assert "manage.py demo" in page.text

    def test_shows_the_ids_of_the_demonstration(self, client):
        demo = pool.ensure()

        text = client.get("/").text

        assert demo.pool.id in text
        assert demo.client.id in text
        assert f"/{demo.pool.id}/.well-known/jwks.json" in text

    def test_shows_no_access_key(self, client):
        pool.ensure()
        key = pool.ensure_access_key()

        text = client.get("/").text

        assert key.id not in text
        assert key.secret not in text

    def test_its_links_lead_somewhere(self, client):
        demo = pool.ensure()

        for document in ("jwks.json", "openid-configuration"):
            assert client.get(f"/{demo.pool.id}/.well-known/{document}").status_code == 200

    def test_leaves_other_methods_to_the_api(self, client):
        demo = pool.ensure()

        answer = client.post(
            "/",
            json.dumps({"ClientId": demo.client.id, "Username": "nobody", "ConfirmationCode": "123456"}),
            content_type="application/x-amz-json-1.1",
            headers={"X-Amz-Target": "AWSCognitoIdentityProviderService.ConfirmSignUp"},
        )

        assert answer.status_code == 400
        assert json.loads(answer.content)["__type"] == "CodeMismatchException"
        assert client.options("/").headers["Access-Control-Allow-Origin"] == "*"
