"""The catalogue of refusals: ids, and its sentences in the languages that come with the package."""

import string
from collections import Counter
from pathlib import Path

import pytest
from django.utils import translation

import cognito_auth
from cognito_auth import reasons

LANGUAGES = sorted(
    translation.to_language(path.name) for path in (Path(cognito_auth.__file__).parent / "locale").iterdir()
)


def sentence(reason, language):
    with translation.override(language):
        return str(reason.detail)


def placeholders(text):
    return sorted(name for _text, name, _format, _conversion in string.Formatter().parse(text) if name is not None)


class TestCatalogue:
    def test_has_each_id_once(self):
        counted = Counter(reason.id for reason in reasons.catalogue())

        assert [name for name, count in counted.items() if count > 1] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("reason", reasons.catalogue(), ids=lambda reason: reason.id)
    def test_speaks_every_language_with_the_same_values(self, reason, language):
        translated, english = sentence(reason, language), sentence(reason, "en")

        # A sentence that is only the words of the project's own code has none to translate.
        assert translated != english or english == "{problem}"
        assert placeholders(translated) == placeholders(english)
