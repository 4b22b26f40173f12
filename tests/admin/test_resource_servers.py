"""Resource servers in the admin site."""

from cognito_auth.models import ResourceServer, UserPoolClient
from tests.admin.pages import errors, filled, listed, url
from tests.factories import ResourceServerFactory, UserPoolClientFactory


def rows(*pairs):
    return {"scopes-name": [name for name, _text in pairs], "scopes-description": [text for _name, text in pairs]}


class TestPage:
    def test_makes_changes_and_deletes(self, browser, pool):
        page = browser.get(url("resourceserver", "add"))
        data = filled(page, pool=pool.pk, identifier="shop", name="Shop")
        browser.post(url("resourceserver", "add"), {**data, **rows(("read", "Read <b>"), ("", ""), ("write", "Write"))})
        server = ResourceServer.objects.get()
        assert (server.pool, server.scope_names) == (pool, ["shop/read", "shop/write"])

        page = browser.get(url("resourceserver", "change", server.pk))
        assert 'value="Read &lt;b&gt;"' in page.content.decode()
        data = filled(page, name="New", identifier="ignored")
        browser.post(url("resourceserver", "change", server.pk), {**data, **rows(("", ""), ("write", "Place"))})
        server.refresh_from_db()
        assert (server.identifier, server.name) == ("shop", "New")
        assert server.scopes == [{"ScopeName": "write", "ScopeDescription": "Place"}]

        browser.post(url("resourceserver", "delete", server.pk), {"post": "yes"})
        assert not ResourceServer.objects.exists()

    def test_shows_what_the_service_refuses(self, browser, pool):
        ResourceServerFactory(pool=pool, identifier="taken")
        page = browser.get(url("resourceserver", "add"))
        data = filled(page, pool=pool.pk, identifier="shop", name="Shop")

        for changes, field in [
            (rows(("a/b", "x")), "scopes"),
            (rows(("a", "")), "scopes"),
            (rows(("a", "x"), ("a", "y")), "scopes"),
            ({"identifier": "a b"}, "identifier"),
        ]:
            response = browser.post(url("resourceserver", "add"), {**data, **changes})
            assert list(errors(response)) == [field]
        assert errors(browser.post(url("resourceserver", "add"), {**data, "identifier": "taken"}))
        assert ResourceServer.objects.count() == 1

    def test_keeps_the_rows_of_a_refused_form(self, browser, pool):
        page = browser.get(url("resourceserver", "add"))
        data = filled(page, pool=pool.pk, identifier="shop", name="Shop")

        response = browser.post(url("resourceserver", "add"), {**data, **rows(("a/b", "kept"))})

        assert 'value="kept"' in response.content.decode()

    def test_shows_scopes_to_those_who_may_only_look(self, staff_browser, pool):
        server = ResourceServerFactory(pool=pool, identifier="shop")
        viewer = staff_browser("view_resourceserver")

        page = viewer.get(url("resourceserver", "change", server.pk)).content.decode()

        assert "shop/orders.read" in page
        assert "scopes-name" not in page
        assert viewer.post(url("resourceserver", "change", server.pk), {}).status_code == 403


class TestList:
    def test_shows_each_with_its_pool(self, browser, pool):
        ResourceServerFactory(pool=pool, identifier="b")
        ResourceServerFactory(pool=pool, identifier="a")
        ResourceServerFactory(identifier="elsewhere")

        assert listed(browser.get(url("resourceserver", "changelist", pool=pool.pk))) == ["a", "b"]
        assert browser.get(url("resourceserver", "changelist", pool="\x00")).status_code == 200

    def test_deletes_several(self, browser, pool):
        chosen = ResourceServerFactory.create_batch(2, pool=pool)
        data = {"action": "delete_selected", "_selected_action": [server.pk for server in chosen], "post": "yes"}

        browser.post(url("resourceserver", "changelist"), data)

        assert not ResourceServer.objects.exists()


class TestScopesOfClients:
    def test_are_offered_by_their_pool(self, browser, pool):
        ResourceServerFactory(pool=pool, identifier="shop")
        ResourceServerFactory(identifier="elsewhere")
        client = UserPoolClientFactory(pool=pool)
        page = browser.get(url("userpoolclient", "change", client.pk))

        assert "elsewhere/orders.read" not in page.content.decode()
        browser.post(
            url("userpoolclient", "change", client.pk),
            filled(page, allowed_oauth_scopes=["openid", "shop/orders.read"]),
        )

        assert UserPoolClient.objects.get().allowed_oauth_scopes == ["openid", "shop/orders.read"]

    def test_that_are_gone_are_named(self, browser, pool):
        client = UserPoolClientFactory(pool=pool, allowed_oauth_scopes=["shop/orders.read"])
        page = browser.get(url("userpoolclient", "change", client.pk))

        response = browser.post(url("userpoolclient", "change", client.pk), filled(page, name="new"))

        assert "shop/orders.read" in errors(response)["allowed_oauth_scopes"][0]
