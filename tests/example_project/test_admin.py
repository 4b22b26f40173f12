"""The admin site of the example project."""


class TestAdminIndex:
    def test_shows_no_tables_that_stay_empty(self, admin_client):
        text = admin_client.get("/admin/").text

        assert "Identity providers" in text
        assert "Social accounts" not in text
        assert "Email addresses" not in text
