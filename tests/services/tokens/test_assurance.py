"""Challenges, methods, levels."""

import jwt
import pytest

from cognito_auth.models import UserPool
from cognito_auth.services.tokens import assurance, refresh


class TestMethodsOf:
    @pytest.mark.parametrize(
        ("passed", "methods", "level"),
        [
            (["PASSWORD"], ["pwd"], 1),
            (["PASSWORD", "SELECT_CHALLENGE"], ["pwd"], 1),
            (["PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED"], ["pwd"], 1),
            (["CUSTOM_CHALLENGE"], [], 1),
            (["SMS_OTP"], ["sms"], 2),
            (["EMAIL_OTP"], ["email_otp"], 2),
            (["WEB_AUTHN"], ["swk"], 3),
            (["PASSWORD", "SMS_MFA"], ["pwd", "sms", "mfa"], 3),
            (["PASSWORD_VERIFIER", "EMAIL_OTP"], ["pwd", "email_otp", "mfa"], 3),
            (["PASSWORD", "SELECT_MFA_TYPE", "SOFTWARE_TOKEN_MFA"], ["pwd", "otp", "mfa"], 4),
            (["PASSWORD", "MFA_SETUP"], ["pwd", "otp", "mfa"], 4),
        ],
    )
    def test_leads_from_challenges_to_a_level(self, passed, methods, level):
        assert assurance.methods_of(passed) == methods
        assert assurance.level_of(methods) == level

    def test_tells_a_key_that_is_bound_to_its_device(self):
        assert assurance.methods_of(["WEB_AUTHN"], is_key_synced=False) == ["hwk"]
        assert assurance.level_of(["hwk"]) == 3


class TestNameOf:
    def test_is_the_pools_own_where_it_has_one(self):
        pool = UserPool(acr_configuration={"Level3": {"AcrValue": "gold"}})

        assert [assurance.name_of(pool, level) for level in (1, 3)] == ["urn:cognito:loa:1", "gold"]
        assert assurance.level_named(pool, "gold") == 3
        assert assurance.level_named(pool, "urn:cognito:loa:3") is None


class TestClaims:
    def claims_of(self, tokens):
        return [
            jwt.decode(token, options={"verify_signature": False}) for token in (tokens.access_token, tokens.id_token)
        ]

    def test_are_in_both_tokens_and_stay_on_refresh(self, client, sign_in, now):
        client.pool.acr_enabled = True
        client.pool.save()

        first = sign_in(amr=["pwd", "sms", "mfa"])
        second = refresh.refresh(client, first.refresh_token, now=now, rotation_allowed=False)

        for claims in [*self.claims_of(first), *self.claims_of(second)]:
            assert (claims["acr"], claims["amr"]) == ("urn:cognito:loa:3", ["pwd", "sms", "mfa"])

    def test_are_left_out_unless_the_pool_wants_them_and_something_is_known(self, client, sign_in):
        without = self.claims_of(sign_in(amr=["pwd"]))
        client.pool.acr_enabled = True
        unknown = self.claims_of(sign_in())

        assert not [claims for claims in [*without, *unknown] if "acr" in claims or "amr" in claims]
