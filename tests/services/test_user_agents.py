"""Browser and system in two words."""

import pytest

from cognito_auth.services import user_agents


class TestDescribe:
    @pytest.mark.parametrize(
        ("user_agent", "words"),
        [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox, Windows"),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                " Version/18.0 Safari/605.1.15",
                "Safari, macOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile"
                " Safari/537.36",
                "Chrome, Android",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
                " Edg/140.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                " CriOS/140.0 Mobile/15E148 Safari/604.1",
                "Chrome, iOS",
            ),
            ("Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux#6.1 lang/python#3.12", "Boto3, Linux"),
            ("", ""),
            ("\x00 something else", ""),
        ],
    )
    def test_names_program_and_system(self, user_agent, words):
        assert user_agents.describe(user_agent) == words
