"""A team that keeps its pools in Terraform: apply, no difference, change in place, destroy."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection

from cognito_auth.models import UserPool, UserPoolClient, UserPoolGroup
from tests.identity_providers import metadata

_CONFIGURATION = Path(__file__).parent / "terraform" / "main.tf"
_NO_DIFFERENCE, _DIFFERENCE = 0, 2


@pytest.fixture
def terraform(site, tmp_path):
    """Run ``terraform <arguments>`` on the configuration, against the running server.

    ``TERRAFORM_PLUGIN_DIR`` names a directory that holds the AWS provider, for machines that cannot download it.
    """
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("needs Terraform: no program called terraform on the PATH")
    shutil.copy(_CONFIGURATION, tmp_path)
    saml = tmp_path / "metadata.xml"
    saml.write_text(metadata())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_ACCESS_KEY_ID": site.key.id,
        "AWS_SECRET_ACCESS_KEY": site.key.secret,
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_VAR_endpoint": site.endpoint,
        "TF_VAR_saml_metadata": str(saml),
    }

    def run(*arguments):
        command = [program, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    plugins = os.environ.get("TERRAFORM_PLUGIN_DIR")
    started = run("init", "-no-color", "-input=false", *([f"-plugin-dir={plugins}"] if plugins else []))
    if started.returncode and plugins is None:
        pytest.skip("needs the AWS provider of Terraform, which cannot be downloaded: set TERRAFORM_PLUGIN_DIR")
    assert started.returncode == 0, started.stderr

    def change(command, *arguments):
        # A database in memory is one connection, which cannot serve two requests at the same time.
        parallel = "-parallelism=1" if connection.vendor == "sqlite" else "-parallelism=10"
        return run(command, "-no-color", "-input=false", parallel, *arguments)

    return change


def changes_in(plan):
    """Return what a plan with ``-json`` would do, by resource."""
    lines = [json.loads(line) for line in plan.stdout.splitlines() if line.startswith("{")]
    return {
        line["change"]["resource"]["addr"]: line["change"]["action"]
        for line in lines
        if line["type"] == "planned_change"
    }


@pytest.mark.django_db(transaction=True)
class TestJourney:
    @pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
    def test_from_nothing_to_nothing(self, terraform):
        applied = terraform("apply", "-auto-approve")
        assert applied.returncode == 0, applied.stderr
        pool = UserPool.objects.get(name="people")
        assert UserPoolGroup.objects.filter(pool=pool, name__in=["admins", "readers"]).count() == 2

        plan = terraform("plan", "-detailed-exitcode")
        assert plan.returncode == _NO_DIFFERENCE, plan.stdout + plan.stderr

        plan = terraform("plan", "-detailed-exitcode", "-json", "-var=changed=true")
        assert plan.returncode == _DIFFERENCE, plan.stdout
        assert dict.fromkeys(changes_in(plan), "update") == changes_in(plan)
        assert len(changes_in(plan)) == 9

        applied = terraform("apply", "-auto-approve", "-var=changed=true")
        assert applied.returncode == 0, applied.stderr
        pool.refresh_from_db()
        assert (pool.password_minimum_length, pool.tags["team"]) == (16, "blue")
        assert UserPoolClient.objects.get(name="web").access_token_validity == 15
        plan = terraform("plan", "-detailed-exitcode", "-var=changed=true")
        assert plan.returncode == _NO_DIFFERENCE, plan.stdout + plan.stderr

        destroyed = terraform("destroy", "-auto-approve", "-var=changed=true")
        assert destroyed.returncode == 0, destroyed.stderr
        assert not UserPool.objects.filter(is_default=False).exists()
