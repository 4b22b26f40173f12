"""A pool, a user and tokens, for the measurements of token checks; import after ``django.setup()``."""

from typing import Any

import jwt
from django.utils import timezone

from cognito_auth.models import SigningKey, User, UserPoolClient
from cognito_auth.services import user_pools
from cognito_auth.services.tokens import issue, keys
from cognito_auth.services.tokens.issuer import issuer_of


class TokenSite:
    """One user of a pool with the access tokens of ``count`` sign-ins, and as many of simplejwt's."""

    def __init__(self, *, count: int) -> None:
        now = timezone.now()
        self.pool = user_pools.create(region="eu-west-1", name="tokens", now=now)
        client = UserPoolClient.objects.create(id=UserPoolClient.new_id(), pool=self.pool, name="tokens")
        self.user = User(pool=self.pool, username="jane", status="CONFIRMED", email="jane@example.com")
        self.user.save()
        sign_ins = [
            issue.issue(self.user, client, authenticated_at=now, token_epoch=0, now=now) for _time in range(count)
        ]
        self.tokens = [sign_in.access_token for sign_in in sign_ins]
        self.kid = self.pool.access_signing_key_id or ""
        self.private_key = keys.private_key(self.kid)
        self.public_key = self.private_key.public_key()
        self.public_jwk: dict[str, Any] = SigningKey.objects.get(pk=self.kid).public_jwk
        self.simplejwt_tokens = [self._for_simplejwt(token) for token in self.tokens]

    def as_trusted_pool(self) -> dict[str, Any]:
        """Return the pool as an entry of ``TRUSTED_POOLS``, as a site elsewhere has it."""
        return {"issuer": issuer_of(self.pool.pk), "jwks": {"keys": [self.public_jwk]}, "client_ids": None}

    def simplejwt_settings(self) -> dict[str, Any]:
        """Return ``SIMPLE_JWT`` for the same key, prepared."""
        return {"ALGORITHM": "RS256", "SIGNING_KEY": self.private_key, "VERIFYING_KEY": self.public_key}

    def _for_simplejwt(self, token: str) -> str:
        """Return the same claims with those that simplejwt needs: a token of much the same length."""
        claims = jwt.decode(token, options={"verify_signature": False})
        claims |= {"token_type": "access", "user_id": str(self.user.pk)}
        return jwt.encode(claims, self.private_key, algorithm="RS256")
