import datetime

import pytest
from django.test import override_settings
from django.utils import translation

from cognito_auth.choices import MessageEvent
from cognito_auth.models import User, UserPool
from cognito_auth.services.messages import context
from cognito_auth.services.messages.context import MessageContext


class TestDuration:
    @pytest.mark.parametrize(
        ("length", "words"),
        [
            ({"minutes": 1}, "1 minute"),
            ({"minutes": 3}, "3 minutes"),
            ({"minutes": 90}, "90 minutes"),
            ({"hours": 1}, "1 hour"),
            ({"hours": 24}, "24 hours"),
            ({"days": 7}, "7 days"),
            ({"seconds": 20}, "1 minute"),
        ],
    )
    def test_uses_the_largest_whole_unit(self, length, words):
        assert context.duration(datetime.timedelta(**length)) == words

    def test_speaks_the_active_language(self):
        with translation.override("de"):
            assert context.duration(datetime.timedelta(days=7)) == "7 Tage"


class TestVariants:
    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("de", ["de", ""]),
            ("pt_BR", ["pt-br", "pt", ""]),
            ("zh-Hant-TW", ["zh-hant-tw", "zh-hant", "zh", ""]),
            ("", [""]),
        ],
    )
    def test_goes_from_close_to_general(self, language, expected):
        assert context.variants(language) == expected


class TestGettextLanguage:
    @pytest.mark.parametrize(
        ("tag", "language"),
        [("de", "de"), ("de_AT", "de"), ("pt-BR", "pt-br"), ("tlh", "en"), ("", "en"), ("../../x", "en")],
    )
    def test_finds_the_closest_language_of_the_site(self, tag, language):
        assert context.gettext_language(tag) == language

    @override_settings(LANGUAGES=[("en", "English")])
    def test_keeps_to_the_languages_of_the_site(self):
        assert context.gettext_language("de") == "en"

    def test_survives_a_tag_of_any_length(self):
        assert context.gettext_language("x" * 100_000) == "en"


class TestLanguageFor:
    def test_prefers_what_was_asked_for(self):
        assert context.language_for(User(locale="fr-FR"), asked="de") == "de"

    def test_then_takes_the_locale_of_the_person(self):
        assert context.language_for(User(locale="fr-FR")) == "fr-FR"

    @override_settings(LANGUAGE_CODE="es")
    def test_then_the_language_of_the_site(self):
        assert context.language_for(User()) == "es"
        assert context.language_for(None) == "es"


class TestMessageContext:
    def test_hides_secrets_in_its_repr(self):
        message = MessageContext(
            pool=UserPool(id="eu-west-1_a", name="people"),
            event=MessageEvent.SIGN_UP,
            language="en",
            username="jane",
            code="123456",
            link="https://x?confirmation_code=123456",
        )

        assert "123456" not in repr(message)
        assert "123456" not in repr(message.values)

    def test_takes_line_breaks_and_direction_marks_out_of_names(self):
        message = MessageContext(
            pool=UserPool(id="eu-west-1_a", name="pe\r\nople"),
            event=MessageEvent.SIGN_UP,
            language="en",
            username="ja\u202ene\nBcc: x",
        )

        assert message.brand == "people"
        assert message.values.username == "janeBcc: x"
