"""Texts of messages: saving, preview, test-send."""

from django.core import mail

from cognito_auth.choices import MessageEvent
from cognito_auth.models import MessageTemplate
from tests.admin.pages import errors, filled, url


def text(pool, **parts):
    return {"pool": pool.pk, "event": MessageEvent.SIGN_UP.value, "language": "", **parts}


class TestTexts:
    def test_are_saved(self, browser, pool):
        page = browser.get(url("messagetemplate", "add"))

        response = browser.post(url("messagetemplate", "add"), filled(page, **text(pool, subject="Hi")))

        assert response.status_code == 302, errors(response)
        assert MessageTemplate.objects.get().subject == "Hi"
        assert browser.get(url("messagetemplate", "changelist")).status_code == 200

    def test_are_one_per_event_and_language(self, browser, pool):
        MessageTemplate.objects.create(pool=pool, event=MessageEvent.SIGN_UP)
        page = browser.get(url("messagetemplate", "add"))

        response = browser.post(url("messagetemplate", "add"), filled(page, **text(pool, subject="Hi")))

        assert errors(response)


class TestPreview:
    def test_fills_placeholders_and_falls_back(self, browser, pool):
        response = browser.post(url("messagetemplate", "preview"), text(pool, subject="Code {####}"))

        message = response.json()
        assert message["subject"] == "Code 123456"
        assert "123456" in message["html"]
        assert "123456" in message["sms"]

    def test_never_compiles_a_template(self, browser, pool):
        response = browser.post(url("messagetemplate", "preview"), text(pool, html="<p>{{ pool }}{% now 'Y' %}</p>"))

        assert "{{ pool }}{% now 'Y' %}" in response.json()["html"]

    def test_names_a_policy_without_scripts(self, browser, pool):
        policy = browser.post(url("messagetemplate", "preview"), text(pool)).json()["policy"]

        assert "default-src 'none'" in policy
        assert "script" not in policy
        assert 'sandbox=""' in browser.get(url("messagetemplate", "add")).content.decode()

    def test_says_what_is_wrong(self, browser, pool):
        response = browser.post(url("messagetemplate", "preview"), text(pool, event="nope", subject="x" * 200))

        assert response.status_code == 400
        assert len(response.json()["problems"]) == 2

    def test_needs_permission_and_post(self, browser, staff_browser, pool):
        viewer = staff_browser("view_messagetemplate")

        for page in ("preview", "send_test"):
            assert viewer.post(url("messagetemplate", page), text(pool)).status_code == 403
            assert browser.get(url("messagetemplate", page)).status_code == 403


class TestSendTest:
    def test_sends_what_is_not_saved_yet(self, browser, pool):
        response = browser.post(
            url("messagetemplate", "send_test"), text(pool, subject="Try {####}", to="me@example.com")
        )

        assert response.json() == {"sent": "The e-mail was sent."}
        assert (mail.outbox[0].subject, mail.outbox[0].to) == ("Try 123456", ["me@example.com"])

    def test_refuses_what_is_no_single_address(self, browser, pool):
        for to in ("", "a@example.com, b@example.com", "a@example.com\nBcc: b@example.com"):
            response = browser.post(url("messagetemplate", "send_test"), text(pool, to=to))
            assert response.status_code == 400
        assert mail.outbox == []
