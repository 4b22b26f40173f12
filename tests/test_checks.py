"""The system checks: one test per finding, and that the table of types is complete."""

import pytest
from django.core.checks import CheckMessage
from django.utils.module_loading import import_string

from cognito_auth import conf
from cognito_auth.checks import check_deployment, check_project, check_settings, findings, types, values

LONG_KEY = "k" * 40


def ids(found: list[CheckMessage]) -> list[str]:
    return [message.id.removeprefix("cognito_auth.") for message in found]


def check(settings, check=check_settings, **given):
    settings.COGNITO_AUTH = given
    return check(None)


class TestCatalogue:
    def test_has_unique_ids(self):
        assert len({finding.id for finding in findings.FINDINGS}) == len(findings.FINDINGS)

    def test_covers_every_setting(self):
        assert types.TYPES.keys() == conf.DEFAULTS.keys()

    def test_accepts_every_default(self):
        assert [key for key, wanted in types.TYPES.items() if not wanted.accepts(conf.DEFAULTS[key])] == []

    @pytest.mark.parametrize("key", ["SMS_BACKEND", "USER_RESOLVER"])
    def test_defaults_can_be_imported(self, key):
        assert callable(import_string(conf.DEFAULTS[key]))


class TestCheckSettings:
    def test_is_content_without_settings(self, settings):
        del settings.COGNITO_AUTH

        assert check_settings(None) == []

    def test_is_content_with_the_tests_own_settings(self):
        assert check_settings(None) == []

    def test_reports_what_is_no_dictionary(self, settings):
        settings.COGNITO_AUTH = ["BASE_URL"]

        assert ids(check_settings(None)) == ["E001"]

    def test_suggests_the_key_that_was_meant(self, settings):
        (message,) = check(settings, BASEURL="https://id.example.com")

        assert message.id == "cognito_auth.E002"
        assert message.hint == "Did you mean 'BASE_URL'?"

    def test_suggests_the_key_in_capitals(self, settings):
        (message,) = check(settings, base_url="https://id.example.com")

        assert message.hint == "Did you mean 'BASE_URL'?"

    def test_lists_the_known_keys_when_none_is_close(self, settings):
        (message,) = check(settings, QQQ=1)

        assert message.hint.startswith("Known are: ACCEPT_BARE_TOKENS")

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("BASE_URL", 8000),
            ("ACCOUNT_ID", 123456789012),
            ("ENCRYPTION_KEYS", LONG_KEY),
            ("ENCRYPTION_KEYS", [b"bytes"]),
            ("STRICT", "yes"),
            ("MAX_BODY_BYTES", "1MB"),
            ("MAX_BODY_BYTES", True),
            ("TRUSTED_POOLS", {"user_pool_id": "eu-west-1_AbC123xyZ"}),
            ("TOKEN_LEEWAY_SECONDS", 1.5),
            ("TOKEN_USE", ["access", None]),
            ("SMS_OPTIONS", None),
        ],
    )
    def test_reports_a_wrong_type(self, settings, key, value):
        (message,) = check(settings, **{key: value})

        assert message.id == "cognito_auth.E003"
        assert key in message.msg
        assert "for example" in message.hint

    @pytest.mark.parametrize(
        "address",
        [
            "id.example.com",
            "ftp://id.example.com",
            "https://",
            "https://u@id.example.com",
            "https://id.example.com?a=1",
        ],
    )
    def test_reports_a_base_url_that_is_no_address(self, settings, address):
        assert ids(check(settings, BASE_URL=address)) == ["E004"]

    def test_reports_a_port_that_is_no_number(self, settings):
        assert ids(check(settings, BASE_URL="https://id.example.com:port")) == ["E004"]

    @pytest.mark.parametrize("address", ["https://id.example.com", "http://localhost:8000", "http://[::1]:8000"])
    def test_accepts_an_address(self, settings, address):
        assert check(settings, BASE_URL=address) == []

    def test_reports_an_account_id_of_another_length(self, settings):
        assert ids(check(settings, ACCOUNT_ID="123")) == ["E005"]

    def test_reports_a_region_with_an_underscore(self, settings):
        assert ids(check(settings, REGION="eu_west_1")) == ["E006"]

    def test_reports_a_short_encryption_key_without_showing_it(self, settings):
        (message,) = check(settings, ENCRYPTION_KEYS=[LONG_KEY, "hunter2"])

        assert message.id == "cognito_auth.E007"
        assert "hunter2" not in message.msg + message.hint

    @pytest.mark.parametrize(
        "path", ["nowhere.to.be.found", "send", "cognito_auth.conf.absent", "cognito_auth.conf.DEFAULTS"]
    )
    @pytest.mark.parametrize("key", ["EMAIL_CONNECTION", "SMS_BACKEND", "MESSAGE_DISPATCHER", "USER_RESOLVER"])
    def test_reports_a_dotted_path_that_leads_nowhere(self, settings, key, path):
        (message,) = check(settings, **{key: path})

        assert message.id == "cognito_auth.E008"
        assert path in message.msg

    def test_accepts_no_user_resolver(self, settings):
        assert check(settings, USER_RESOLVER=None) == []

    @pytest.mark.parametrize(
        "given",
        [
            {"LOG_DELIVERY_WEBHOOK": "logs.example.com"},
            {"LOG_DELIVERY_WEBHOOK": "http://logs.example.com"},
            {"LOG_DELIVERY_WEBHOOK": "https://logs.example.com:port"},
            {"LOG_DELIVERY_DESTINATIONS": {"*": "webhook"}},
            {"LOG_DELIVERY_DESTINATIONS": {"*": "file:///var/log"}},
            {"LOG_DELIVERY_DESTINATIONS": {"*": 5}},
        ],
    )
    def test_reports_where_no_record_can_go(self, settings, given):
        assert ids(check(settings, **given)) == ["E018"]

    def test_accepts_destinations_of_records(self, settings):
        destinations = {"arn:aws:s3:::*": "logging", "arn:aws:logs:*": "webhook", "*": "https://a.example/?key=1"}

        assert check(settings, LOG_DELIVERY_DESTINATIONS=destinations, LOG_DELIVERY_WEBHOOK="https://b.example") == []

    def test_reports_a_leeway_above_a_minute(self, settings):
        (message,) = check(settings, TOKEN_LEEWAY_SECONDS=values.MAX_LEEWAY_SECONDS + 1)

        assert message.id == "cognito_auth.E009"
        assert message.hint == "Use a number from 0 to 60."

    def test_reports_a_negative_number(self, settings):
        assert ids(check(settings, TRUSTED_PROXY_COUNT=-1)) == ["E009"]

    @pytest.mark.parametrize("rate", ["300", "300/minute", 300, "0/60", ("300", "60")])
    def test_reports_a_rate_of_another_form(self, settings, rate):
        assert ids(check(settings, THROTTLE_RATES={"ip": rate})) == ["E010"]

    def test_suggests_the_scope_that_was_meant(self, settings):
        (message,) = check(settings, THROTTLE_RATES={"users": "300/60"})

        assert message.id == "cognito_auth.E016"
        assert message.hint == "Did you mean 'user'?"

    @pytest.mark.parametrize(
        "triggers",
        [
            {"PreSignup": "a.b"},
            {"PreSignUp": "tests.no.such.handler"},
            {"PreSignUp": "tests.settings.DEBUG"},
            {"PreSignUp": 3},
            {"PreSignUp": {"version": "V1_0"}},
            {"PreSignUp": {"handler": "builtins.print", "version": "V2_0"}},
            {"PreTokenGeneration": {"handler": "builtins.print", "version": "V9"}},
            {"PreTokenGeneration": {"handler": "builtins.print", "timeout": 3}},
            {"eu-west-1_AbC123xyZ": "builtins.print"},
            {"eu-west-1_AbC123xyZ": {"Presignup": "builtins.print"}},
        ],
    )
    def test_reports_triggers_that_cannot_be_called(self, settings, triggers):
        assert ids(check(settings, TRIGGERS=triggers)) == ["E017"]

    def test_accepts_triggers_of_all_pools_and_of_one(self, settings):
        own = {"PreSignUp": None, "PreTokenGeneration": {"handler": "builtins.print", "version": "V2_0"}}

        assert check(settings, TRIGGERS={"PreSignUp": "builtins.print", "eu-west-1_AbC123xyZ": own}) == []

    def test_accepts_rates(self, settings):
        assert check(settings, THROTTLE_RATES={"ip": "300/60", "user": None}) == []

    def test_reports_an_unknown_cache(self, settings):
        assert ids(check(settings, CACHE="redis")) == ["E011"]

    def test_reports_an_unknown_token_use(self, settings):
        assert ids(check(settings, TOKEN_USE=("access", "refresh"))) == ["E013"]

    def test_accepts_one_token_use_as_text(self, settings):
        assert check(settings, TOKEN_USE="id") == []

    def test_reports_options_that_the_sms_backend_does_not_take(self, settings):
        found = check(
            settings,
            SMS_BACKEND="cognito_auth.services.messages.sms.file.SmsBackend",
            SMS_OPTIONS={"folder": "var/sms"},
        )

        assert ids(found) == ["E015"]
        assert "directory" in found[0].hint

    def test_reports_an_option_that_the_sms_backend_needs(self, settings):
        found = check(
            settings,
            SMS_BACKEND="cognito_auth.services.messages.sms.twilio.SmsBackend",
            SMS_OPTIONS={"account_sid": "AC1", "auth_token": "secret-token"},
        )

        assert ids(found) == ["E015"]
        assert "from_number" in found[0].msg
        assert "secret-token" not in found[0].msg + found[0].hint


class TestTrustedPools:
    def problems(self, settings, pool):
        return [message.msg for message in check(settings, TRUSTED_POOLS=[pool]) if message.id == "cognito_auth.E012"]

    @pytest.mark.parametrize(
        "pool",
        [
            {"user_pool_id": "eu-west-1_AbC123xyZ", "client_ids": ["1example"]},
            {"user_pool_id": "us-gov-west-1_AbC123xyZ", "client_ids": None, "token_use": "id"},
            {"issuer": "https://id.example.com", "jwks_uri": "https://id.example.com/jwks.json", "client_ids": ["a"]},
            {"issuer": "https://id.example.com", "jwks": {"keys": []}, "client_ids": ["a"], "token_use": ["access"]},
        ],
    )
    def test_accepts(self, settings, pool):
        assert check(settings, TRUSTED_POOLS=[pool]) == []

    @pytest.mark.parametrize(
        ("pool", "words"),
        [
            ("eu-west-1_AbC123xyZ", "type str"),
            ({"user_pool_id": "eu-west-1_AbC123xyZ", "client_ids": None, "clientids": []}, "unknown key"),
            ({"client_ids": None}, "name its issuer once"),
            (
                {"user_pool_id": "eu-west-1_A", "issuer": "https://a.test", "client_ids": None},
                "name its issuer once",
            ),
            ({"user_pool_id": "AbC123xyZ", "client_ids": None}, "not the id of an AWS pool"),
            ({"issuer": "https://id.example.com", "client_ids": None}, "where the issuer's keys are"),
            (
                {"issuer": "https://a.test", "jwks_uri": "/jwks.json", "client_ids": None},
                "'jwks_uri' is",
            ),
            ({"issuer": "https://a.test", "jwks": "{}", "client_ids": None}, "not a key set"),
            ({"user_pool_id": "eu-west-1_AbC123xyZ"}, "which app clients"),
            ({"user_pool_id": "eu-west-1_AbC123xyZ", "client_ids": []}, "which app clients"),
            ({"user_pool_id": "eu-west-1_AbC123xyZ", "client_ids": "1example"}, "which app clients"),
            (
                {"user_pool_id": "eu-west-1_A", "client_ids": None, "token_use": ["refresh"]},
                "'token_use' has",
            ),
        ],
    )
    def test_reports(self, settings, pool, words):
        (problem,) = self.problems(settings, pool)

        assert words in problem

    def test_reports_a_pool_that_is_named_twice(self, settings):
        pool = {"user_pool_id": "eu-west-1_AbC123xyZ", "client_ids": ["1example"]}

        (message,) = check(settings, TRUSTED_POOLS=[pool, pool])

        assert "stands above already" in message.msg


class TestCheckProject:
    def test_is_content_with_the_example_project(self):
        assert check_project(None) == []

    def test_reports_a_user_model_of_no_pool(self, monkeypatch):
        class Stranger:
            pass

        monkeypatch.setattr("cognito_auth.checks.project.get_user_model", lambda: Stranger)

        assert ids(check_project(None)) == ["E014"]

    @pytest.mark.parametrize("path", ["django.contrib.auth.backends.ModelBackend", "no.such.Backend"])
    def test_reports_a_missing_backend(self, settings, path):
        settings.AUTHENTICATION_BACKENDS = [path]

        assert ids(check_project(None)) == ["W001"]


class TestCheckDeployment:
    @pytest.fixture(autouse=True)
    def _good_settings(self, settings):
        settings.PASSWORD_HASHERS = ["cognito_auth.hashers.Argon2idPasswordHasher"]
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
        self.good = {"BASE_URL": "https://id.example.com", "ENCRYPTION_KEYS": [LONG_KEY]}

    def test_is_content(self, settings):
        assert check(settings, check_deployment, **self.good) == []

    def test_leaves_wrong_types_to_the_other_check(self, settings):
        assert check(settings, check_deployment, BASE_URL=1) == []

    def test_reports_missing_encryption_keys(self, settings):
        assert ids(check(settings, check_deployment, **self.good | {"ENCRYPTION_KEYS": []})) == ["W002"]

    def test_reports_a_missing_base_url(self, settings):
        assert ids(check(settings, check_deployment, **self.good | {"BASE_URL": None})) == ["W003"]

    def test_reports_http(self, settings):
        assert ids(check(settings, check_deployment, **self.good | {"BASE_URL": "http://id.example.com"})) == ["W004"]

    @pytest.mark.parametrize(
        ("hasher", "expected"),
        [
            ("django.contrib.auth.hashers.MD5PasswordHasher", ["W005"]),
            ("django.contrib.auth.hashers.Argon2PasswordHasher", ["W006"]),
            ("django.contrib.auth.hashers.PBKDF2PasswordHasher", ["W006"]),
            ("django.contrib.auth.hashers.ScryptPasswordHasher", []),
            ("no.such.Hasher", []),
        ],
    )
    def test_judges_the_first_hasher(self, settings, hasher, expected):
        settings.PASSWORD_HASHERS = [hasher, "cognito_auth.hashers.Argon2idPasswordHasher"]

        assert ids(check(settings, check_deployment, **self.good)) == expected

    def test_reports_counters_that_are_not_shared(self, settings):
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

        assert ids(check(settings, check_deployment, **self.good)) == ["W007"]
        assert check(settings, check_deployment, **self.good | {"THROTTLING": False}) == []
