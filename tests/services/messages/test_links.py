from django.test import override_settings

from cognito_auth.models import UserPool
from cognito_auth.services.messages import links


class TestConfirmationLink:
    def test_has_the_form_of_aws_and_escapes_its_parts(self):
        pool = UserPool(id="eu-west-1_AbC123xyZ")

        link = links.confirmation_link(pool, client_id="1example", username="ja+ne&x=1@example.com", code="012345")

        assert link == (
            "http://testserver/eu-west-1_AbC123xyZ/confirmUser/"
            "?client_id=1example&user_name=ja%2Bne%26x%3D1%40example.com&confirmation_code=012345"
        )

    @override_settings(ROOT_URLCONF="tests.services.messages.prefixed_urls")
    def test_knows_the_prefix_of_the_site(self):
        link = links.confirmation_link(UserPool(id="eu-west-1_a"), client_id="1", username="jane", code="1")

        assert link.startswith("http://testserver/auth/eu-west-1_a/confirmUser/?")
