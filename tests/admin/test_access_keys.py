"""Access keys."""

from cognito_auth.models import AccessKey
from tests.admin.pages import errors, filled, url
from tests.factories import AccessKeyFactory


class TestAccessKeys:
    def test_secret_is_shown_once_with_lines_to_paste(self, browser, superuser, pool):
        page = browser.get(url("accesskey", "add"))
        entered = {"name": "ci", "allowed_actions": "ListUsers\nAdminGet*\n", "allowed_pools": [pool.pk]}

        response = browser.post(url("accesskey", "add"), filled(page, **entered))

        key = AccessKey.objects.get()
        shown = response.content.decode()
        assert f"export AWS_ACCESS_KEY_ID={key.pk}" in shown
        assert f"export AWS_SECRET_ACCESS_KEY={key.secret}" in shown
        assert "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=http://testserver/" in shown
        assert (key.owner, key.allowed_actions, key.allowed_pools) == (superuser, ["ListUsers", "AdminGet*"], [pool.pk])
        assert key.secret not in browser.get(url("accesskey", "change", key.pk)).content.decode()

    def test_changing_one_keeps_its_secret(self, browser, pool):
        key = AccessKeyFactory(allowed_pools=["gone_1"])
        page = browser.get(url("accesskey", "change", key.pk))

        response = browser.post(url("accesskey", "change", key.pk), filled(page, name="renamed"))

        assert response.status_code == 302, errors(response)
        changed = AccessKey.objects.get(pk=key.pk)
        assert (changed.name, changed.secret, changed.allowed_pools) == ("renamed", key.secret, ["gone_1"])

    def test_allow_something(self, browser, staff_pool):
        page = browser.get(url("accesskey", "add"))

        response = browser.post(url("accesskey", "add"), filled(page, allowed_actions="", allowed_pools=[]))

        assert set(errors(response)) == {"allowed_actions", "allowed_pools"}

    def test_deactivate(self, browser):
        key = AccessKeyFactory()

        browser.post(url("accesskey", "changelist"), {"action": "deactivate", "_selected_action": [key.pk]})

        key.refresh_from_db()
        assert not key.is_active

    def test_are_made_and_changed_by_superusers_only(self, staff_browser):
        key = AccessKeyFactory()
        editor = staff_browser("view_accesskey", "add_accesskey", "change_accesskey", "delete_accesskey")

        assert editor.get(url("accesskey", "changelist")).status_code == 200
        assert editor.get(url("accesskey", "add")).status_code == 403
        assert editor.post(url("accesskey", "change", key.pk), {"name": "mine"}).status_code == 403
        assert editor.post(url("accesskey", "delete", key.pk), {"post": "yes"}).status_code == 403
