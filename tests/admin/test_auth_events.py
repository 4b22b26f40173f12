"""The log of authentication events."""

from cognito_auth.models import AuthEvent
from tests.admin.pages import url
from tests.factories import UserFactory, moment


def event(pool, minute, **fields):
    at = moment(f"2026-03-03T09:{minute:02}:00+00:00")
    return AuthEvent.objects.create(pool=pool, created_at=at, **{"type": "SignIn", "response": "Pass", **fields})


class TestAuthEvents:
    def test_are_listed_newest_first_and_paged_by_key(self, browser, pool, django_assert_max_num_queries):
        for minute in range(59):
            event(pool, minute, user=UserFactory(pool=pool))

        with django_assert_max_num_queries(8):
            first = browser.get(url("authevent", "changelist", pool=pool.pk)).context["cl"]
        second = browser.get(url("authevent", "changelist") + first.next_url).context["cl"]

        minutes = [row.created_at.minute for row in [*first.result_list, *second.result_list]]
        assert minutes == list(range(58, -1, -1))

    def test_are_filtered(self, browser, pool):
        event(pool, 1)
        wanted = event(pool, 2, type="SignUp", response="Fail")

        response = browser.get(
            url("authevent", "changelist", pool=pool.pk, type__exact="SignUp", response__exact="Fail")
        )

        assert list(response.context["cl"].result_list) == [wanted]

    def test_cannot_be_edited(self, browser, pool):
        row = event(pool, 1, user_agent="<script>alert(1)</script>")

        page = browser.get(url("authevent", "change", row.pk))

        assert "<script>alert" not in page.content.decode()
        assert browser.post(url("authevent", "change", row.pk), {"reason": "x"}).status_code == 403
        assert browser.post(url("authevent", "delete", row.pk), {"post": "yes"}).status_code == 403
        assert browser.get(url("authevent", "add")).status_code == 403
