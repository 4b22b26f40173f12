"""The settings that the example project reads from the environment."""

import runpy
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parents[2] / "example_project" / "settings.py"


def read():
    return runpy.run_path(str(SETTINGS))


class TestSwitches:
    @pytest.mark.parametrize(
        ("text", "value"), [("1", True), ("true", True), ("0", False), ("False", False), ("off", False)]
    )
    def test_are_read(self, monkeypatch, text, value):
        for name in ("DJANGO_DEBUG", "COGNITO_THROTTLING", "COGNITO_STRICT"):
            monkeypatch.setenv(name, text)

        found = read()

        assert found["DEBUG"] is found["COGNITO_AUTH"]["THROTTLING"] is found["COGNITO_AUTH"]["STRICT"] is value

    def test_have_defaults_for_development(self, monkeypatch):
        for name in ("DJANGO_DEBUG", "COGNITO_THROTTLING", "COGNITO_STRICT"):
            monkeypatch.delenv(name, raising=False)

        found = read()

        assert found["DEBUG"] is found["COGNITO_AUTH"]["THROTTLING"] is True
        assert found["COGNITO_AUTH"]["STRICT"] is False

    @pytest.mark.parametrize("name", ["DJANGO_DEBUG", "COGNITO_THROTTLING", "COGNITO_STRICT"])
    def test_are_not_guessed(self, monkeypatch, name):
        monkeypatch.setenv(name, "yess")

        with pytest.raises(ImproperlyConfigured, match=f"{name} is 'yess'. Write 1 or 0."):
            read()
