"""Migration 0005: sessions of SAML providers that browsers had before it."""

import datetime
import json

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from cognito_auth.models import BrowserSession
from cognito_auth.services.federation import saml_sessions
from cognito_auth.services.federation.saml_sessions import SamlSession
from tests.factories import UserFactory


@pytest.mark.django_db(transaction=True)
class TestSamlSessions:
    def test_that_were_there_before_are_found_by_the_provider(self):
        user = UserFactory()
        now = timezone.now()
        before = {"name_id": "jane@acme", "format": "email", "qualifier": None, "sp_qualifier": None, "index": "_7"}
        MigrationExecutor(connection).migrate([("cognito_auth", "0004_browser")])
        try:
            historical = MigrationExecutor(connection).loader.project_state(("cognito_auth", "0004_browser")).apps
            historical.get_model("cognito_auth", "BrowserSession").objects.create(
                digest="d" * 64,
                pool_id=user.pool_id,
                user_id=user.pk,
                provider_name="Acme",
                authenticated_at=now,
                saml_session=json.dumps(before),
                created_at=now,
                expires_at=now + datetime.timedelta(hours=1),
            )
        finally:
            executor = MigrationExecutor(connection)
            executor.migrate(executor.loader.graph.leaf_nodes())

        session = BrowserSession.objects.get()

        known = SamlSession("Acme", "jane@acme", name_format="email", index="_7")
        assert saml_sessions.read(session.saml_session) == known
        assert session.saml_digest == saml_sessions.digest_of(user.pool_id, known)
