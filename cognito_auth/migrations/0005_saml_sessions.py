"""A browser's session is found by what a SAML provider knows it by; sessions that are there already, too."""

import hashlib
import json

from django.db import migrations, models


def name_providers(apps, schema_editor):
    """Give sessions from before the members and the digest that ``services/federation/saml_sessions.py`` reads."""
    sessions = apps.get_model("cognito_auth", "BrowserSession").objects.using(schema_editor.connection.alias)
    for session in sessions.exclude(provider_name="COGNITO").iterator():
        if not session.saml_session:
            continue
        known = json.loads(session.saml_session)
        known["name_format"] = known.pop("format", None)
        known["provider_name"] = session.provider_name
        session.saml_session = json.dumps(known)
        key = json.dumps([session.pool_id, session.provider_name, known["name_id"]])
        session.saml_digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        session.save(update_fields=["saml_session", "saml_digest"])


class Migration(migrations.Migration):
    dependencies = [
        ("cognito_auth", "0004_browser"),
    ]

    operations = [
        migrations.AddField(
            model_name="browsersession",
            name="saml_digest",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.RunPython(name_providers, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="browsersession",
            index=models.Index(
                condition=models.Q(("saml_digest", ""), _negated=True),
                fields=["saml_digest"],
                name="cognito_auth_saml_session",
            ),
        ),
    ]
