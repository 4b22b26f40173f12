import pytest
from django.core import mail

from cognito_auth.choices import DeliveryMedium, MessageEvent
from cognito_auth.models import MessageTemplate
from cognito_auth.services.messages import preview
from tests.factories import UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


class TestRender:
    @pytest.mark.parametrize("event", MessageEvent)
    def test_shows_all_parts_with_sample_values(self, event):
        message = preview.render(UserPoolFactory(name="Acme"), event, language="de")

        for part in (message.subject, message.text, message.html, message.sms):
            assert "Acme" in part

    def test_shows_a_person_s_name(self):
        user = UserFactory(username="mary")

        assert "mary" in preview.render(user.pool, MessageEvent.INVITATION, language="en", user=user).text

    def test_shows_a_text_that_is_not_saved(self):
        pool = UserPoolFactory()
        template = MessageTemplate(
            pool=pool, event="sign_up", language="de", html="<p>neu {####}</p>", sms="neu {####}"
        )

        message = preview.render(pool, MessageEvent.SIGN_UP, language="de", template=template)

        assert "<p>neu 123456</p>" in message.html
        assert (message.text, message.sms) == ("neu 123456\n", "neu 123456")

    def test_shows_the_link_where_the_pool_sends_one(self):
        pool = UserPoolFactory(verification_message_template={"DefaultEmailOption": "CONFIRM_WITH_LINK"})

        assert "confirmUser/?client_id=sample" in preview.render(pool, MessageEvent.SIGN_UP, language="en").html


class TestSendTest:
    def test_sends_by_the_shape_of_the_address(self, outbox):
        pool = UserPoolFactory()

        assert preview.send_test(pool, MessageEvent.SIGN_UP, language="de", to="me@example.com") is DeliveryMedium.EMAIL
        assert preview.send_test(pool, MessageEvent.SIGN_UP, language="de", to="+14155559012") is DeliveryMedium.SMS

        assert "Bestätigungscode" in mail.outbox[0].subject
        assert "123456" in outbox[0].body

    def test_sends_a_text_that_is_not_saved(self):
        pool = UserPoolFactory()

        preview.send_test(
            pool,
            MessageEvent.SIGN_UP,
            language="en",
            to="me@example.com",
            template=MessageTemplate(pool=pool, event="sign_up", text="draft {####}"),
        )

        assert mail.outbox[0].body == "draft 123456\n"
