import pytest
from django.test import override_settings

from cognito_auth.choices import MessageEvent
from cognito_auth.models import MessageTemplate
from cognito_auth.services.messages import templates
from cognito_auth.services.messages.context import MessageContext
from cognito_auth.services.messages.delivery import valid_for
from tests.factories import UserPoolFactory

pytestmark = pytest.mark.django_db

WITHOUT_CODE = {
    MessageEvent.ATTRIBUTE_CHANGED,
    MessageEvent.RISK_BLOCKED,
    MessageEvent.RISK_MFA,
    MessageEvent.RISK_NOTICED,
}


def context_of(pool, event=MessageEvent.SIGN_UP, **values):
    given = {"language": "en", "username": "jane", "code": "123456", "valid_for": valid_for(pool, event), **values}
    return MessageContext(pool=pool, event=event, **given)


class TestRenderEmail:
    @pytest.mark.parametrize("event", MessageEvent)
    def test_says_the_same_in_text_and_html(self, event):
        message = templates.render_email(context_of(UserPoolFactory(name="Smith & Sons"), event))

        assert "Smith & Sons" in message.text
        assert "Smith &amp; Sons" in message.html
        assert "Smith & Sons" in message.subject
        if event not in WITHOUT_CODE:
            assert "123456" in message.text
            assert "123456" in message.html
        assert "{{" not in message.html + message.text + message.subject
        assert "\n" not in message.subject

    @pytest.mark.parametrize(
        ("event", "words"),
        [
            (MessageEvent.SIGN_UP, "24 hours"),
            (MessageEvent.FORGOT_PASSWORD, "1 hour"),
            (MessageEvent.INVITATION, "7 days"),
            (MessageEvent.AUTHENTICATION, "3 minutes"),
        ],
    )
    def test_says_how_long_the_code_works(self, event, words):
        message = templates.render_email(context_of(UserPoolFactory(), event))

        assert words in message.text
        assert words in message.html

    def test_asks_to_follow_the_link_where_there_is_one(self):
        context = context_of(UserPoolFactory(), link="https://x/?a=1&b=2", is_link=True)

        message = templates.render_email(context)

        assert 'href="https://x/?a=1&amp;b=2"' in message.html
        assert "https://x/?a=1&b=2" in message.text
        assert "123456" not in message.text

    def test_does_not_repeat_a_stranger_s_words_to_an_address_that_is_not_proved(self):
        message = templates.render_email(context_of(UserPoolFactory(), username="win-a-prize.example"))

        assert "win-a-prize" not in message.subject + message.text + message.html

    def test_escapes_the_username(self):
        context = context_of(UserPoolFactory(), MessageEvent.FORGOT_PASSWORD, username="<script>x</script>{{ code }}")

        message = templates.render_email(context)

        assert "<script>" not in message.html
        assert "&lt;script&gt;x&lt;/script&gt;{{ code }}" in message.html
        assert "<script>x</script>{{ code }}" in message.text

    def test_speaks_the_language_of_the_person(self):
        message = templates.render_email(context_of(UserPoolFactory(), language="de-AT"))

        assert '<html lang="de"' in message.html
        assert "24 Stunden" in message.text

    def test_writes_right_to_left_where_the_language_does(self):
        assert 'dir="rtl"' in templates.render_email(context_of(UserPoolFactory(), language="ar")).html

    def test_needs_one_query(self, django_assert_num_queries):
        context = context_of(UserPoolFactory())

        with django_assert_num_queries(1):
            templates.render_email(context)

    def test_shows_nothing_in_its_repr(self):
        assert "123456" not in repr(templates.render_email(context_of(UserPoolFactory())))


class TestRenderEmailWithTextsOfTheApi:
    def test_wraps_a_plain_sentence_in_the_design(self):
        pool = UserPoolFactory(
            verification_message_template={"EmailSubject": "Code {####}", "EmailMessage": "Your code: {####} & bye"}
        )

        message = templates.render_email(context_of(pool))

        assert message.subject == "Code 123456"
        assert message.text == "Your code: 123456 & bye\n"
        assert ">123456</strong> &amp; bye</p>" in message.html
        assert "<!DOCTYPE html>" in message.html

    def test_wraps_a_piece_of_html_in_the_design(self):
        pool = UserPoolFactory(verification_message_template={"EmailMessage": "<p>Code <b>{####}</b></p>"})

        message = templates.render_email(context_of(pool))

        assert message.text == "Code 123456\n"
        assert "<p>Code <b>123456</b></p>" in message.html
        assert "<!DOCTYPE html>" in message.html

    def test_sends_a_whole_page_as_it_is(self):
        pool = UserPoolFactory(verification_message_template={"EmailMessage": "<html><body>{####}</body></html>"})

        assert templates.render_email(context_of(pool)).html == "<html><body>123456</body></html>"

    def test_takes_the_members_for_links(self):
        pool = UserPoolFactory(
            verification_message_template={
                "DefaultEmailOption": "CONFIRM_WITH_LINK",
                "EmailSubject": "Code",
                "EmailMessage": "{####}",
                "EmailSubjectByLink": "Link",
                "EmailMessageByLink": "Please {##Verify##}",
            }
        )

        message = templates.render_email(context_of(pool, link="https://x", is_link=True))

        assert message.subject == "Link"
        assert message.text == "Please Verify: https://x\n"
        assert '<a href="https://x">Verify</a>' in message.html

    def test_takes_the_invitation(self):
        pool = UserPoolFactory(
            invite_message_template={"EmailSubject": "Hi {username}", "EmailMessage": "{username}: {####}"}
        )

        message = templates.render_email(context_of(pool, MessageEvent.INVITATION, username="<jane>"))

        assert message.subject == "Hi <jane>"
        assert message.text == "<jane>: 123456\n"
        assert "&lt;jane&gt;: <strong" in message.html

    def test_never_compiles_a_text(self):
        text = "{% load static %}{{ user.password }} {####}"
        pool = UserPoolFactory(verification_message_template={"EmailMessage": text, "EmailSubject": text})

        message = templates.render_email(context_of(pool))

        assert message.subject == "{% load static %}{{ user.password }} 123456"
        assert "{% load static %}{{ user.password }} <strong" in message.html

    def test_leaves_other_events_alone(self):
        pool = UserPoolFactory(verification_message_template={"EmailMessage": "mine {####}"})

        for event in (MessageEvent.INVITATION, MessageEvent.ATTRIBUTE_CHANGED, MessageEvent.AUTHENTICATION):
            assert "mine" not in templates.render_email(context_of(pool, event)).text


class TestRenderEmailWithTextsOfTheAdmin:
    def test_prefers_the_person_s_language_part_by_part(self):
        pool = UserPoolFactory(verification_message_template={"EmailMessage": "api {####}"})
        MessageTemplate.objects.create(pool=pool, event="sign_up", subject="any", text="any {####}")
        MessageTemplate.objects.create(pool=pool, event="sign_up", language="de", subject="deutsch")
        MessageTemplate.objects.create(pool=pool, event="forgot_password", language="de", text="other event")

        german = templates.render_email(context_of(pool, language="de-AT"))
        french = templates.render_email(context_of(pool, language="fr"))

        assert (german.subject, german.text) == ("deutsch", "any 123456\n")
        assert (french.subject, french.text) == ("any", "any 123456\n")

    def test_prefers_the_closer_variant(self):
        pool = UserPoolFactory()
        MessageTemplate.objects.create(pool=pool, event="sign_up", language="pt", subject="pt")
        MessageTemplate.objects.create(pool=pool, event="sign_up", language="pt_BR", subject="br")

        assert templates.render_email(context_of(pool, language="pt-br")).subject == "br"
        assert templates.render_email(context_of(pool, language="pt-PT")).subject == "pt"

    def test_sends_both_bodies_as_they_were_written(self):
        pool = UserPoolFactory()
        MessageTemplate.objects.create(pool=pool, event="sign_up", text="text {####}", html="<html>{####}</html>")

        message = templates.render_email(context_of(pool))

        assert (message.text, message.html) == ("text 123456\n", "<html>123456</html>")

    def test_keeps_the_pools_apart(self):
        MessageTemplate.objects.create(pool=UserPoolFactory(), event="sign_up", subject="other pool")

        assert templates.render_email(context_of(UserPoolFactory())).subject != "other pool"

    def test_lets_no_line_break_into_the_subject(self):
        pool = UserPoolFactory()
        MessageTemplate.objects.create(pool=pool, event="sign_up", subject="a\r\nBcc: x@example.com {username}")

        message = templates.render_email(context_of(pool, username="ja\nne"))

        assert message.subject == "a Bcc: x@example.com jane"

    def test_previews_a_text_that_is_not_saved(self):
        pool = UserPoolFactory()
        stored = MessageTemplate.objects.create(pool=pool, event="sign_up", subject="stored", text="stored")
        edited = MessageTemplate(pk=stored.pk, pool=pool, event="sign_up", text="edited {####}")

        message = templates.render_email(context_of(pool), template=edited)

        assert message.text == "edited 123456\n"
        assert message.subject == "Your confirmation code for people"


class TestRenderSms:
    @pytest.mark.parametrize("event", MessageEvent)
    @pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt-br", "ja"])
    def test_fits_into_140_characters(self, event, language):
        pool = UserPoolFactory(name="Acme Coffee")

        sms = templates.render_sms(context_of(pool, event, language=language, attribute="phone_number")).sms

        assert len(sms) <= 140
        assert "\n" not in sms
        assert "Acme Coffee" in sms
        assert ("123456" in sms) == (event not in WITHOUT_CODE)

    def test_takes_the_texts_of_the_api(self):
        pool = UserPoolFactory(
            verification_message_template={"SmsMessage": "v {####}"},
            invite_message_template={"SMSMessage": "i {username} {####}"},
            sms_authentication_message="a {####}",
        )

        assert templates.render_sms(context_of(pool, MessageEvent.FORGOT_PASSWORD)).sms == "v 123456"
        assert templates.render_sms(context_of(pool, MessageEvent.INVITATION)).sms == "i jane 123456"
        assert templates.render_sms(context_of(pool, MessageEvent.AUTHENTICATION)).sms == "a 123456"

    def test_prefers_the_texts_of_the_admin(self):
        pool = UserPoolFactory(verification_message_template={"SmsMessage": "api {####}"})
        MessageTemplate.objects.create(pool=pool, event="sign_up", language="de", sms="admin {####}")

        assert templates.render_sms(context_of(pool, language="de")).sms == "admin 123456"
        assert templates.render_sms(context_of(pool, language="en")).sms == "api 123456"


class TestFilesOfTheProject:
    @pytest.fixture(autouse=True)
    def project(self, tmp_path, settings):
        directory = tmp_path / "cognito_auth" / "messages" / "sign_up"
        directory.mkdir(parents=True)
        (directory / "subject.txt").write_text("{{ brand }}: {{ user.given_name|default:'you' }}")
        (directory / "text.txt").write_text("{{ brand }} {{ code }} {{ username }}")
        (directory / "body.html").write_text("<pre>\n  {{ brand }} {{ code }}\n</pre>")
        engine = {**settings.TEMPLATES[0], "DIRS": [tmp_path]}
        with override_settings(TEMPLATES=[engine]):
            yield

    def test_replace_ours(self):
        message = templates.render_email(context_of(UserPoolFactory(name="A & B")))

        assert message.subject == "A & B: you"
        assert message.text == "A & B 123456 jane\n"
        assert message.html == "<pre>\n  A &amp; B 123456\n</pre>"
