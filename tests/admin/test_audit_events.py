"""The log of administrative calls."""

import pytest

from cognito_auth.models import AuditEvent
from tests.admin.pages import url
from tests.factories import AccessKeyFactory, moment


def event(**fields):
    return AuditEvent.objects.create(**{"created_at": moment(), "operation": "ListUsers", "principal": "ci", **fields})


class TestAuditEvents:
    @pytest.mark.parametrize(
        "asked",
        [{"pool": "eu-west-1_a"}, {"outcome": "refused"}, {"key": "AKIA1"}, {"q": "AdminDeleteUser"}, {"q": "jane"}],
    )
    def test_are_filtered(self, browser, asked):
        event()
        wanted = event(
            operation="AdminDeleteUser", pool_id="eu-west-1_a", target="jane", error="X", access_key_id="AKIA1"
        )

        response = browser.get(url("auditevent", "changelist", **asked))

        assert list(response.context["cl"].result_list) == [wanted]

    def test_link_pool_and_key(self, browser, pool):
        key = AccessKeyFactory()
        event(pool_id=pool.pk, access_key_id=key.pk)

        page = browser.get(url("auditevent", "changelist")).content.decode()

        assert url("userpool", "change", pool.pk) in page
        assert url("accesskey", "change", key.pk) in page

    def test_cannot_be_edited(self, browser):
        row = event(user_agent="<script>alert(1)</script>")

        page = browser.get(url("auditevent", "change", row.pk))

        assert "<script>alert" not in page.content.decode()
        assert browser.post(url("auditevent", "delete", row.pk), {"post": "yes"}).status_code == 403
        assert browser.get(url("auditevent", "add")).status_code == 403
