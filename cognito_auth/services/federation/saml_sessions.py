"""What a SAML provider knows a signed-in browser by, and ending all that came of it when the provider says so.

Source: SAML 2.0 Profiles 4.4, Core 3.7.
"""

import datetime
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass

from django.db import transaction

from cognito_auth import crypto, signals
from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models import AuthorizationCode, BrowserSession, IdentityProvider, TokenFamily
from cognito_auth.services import auth_events
from cognito_auth.services.request_origin import RequestOrigin


@dataclass(frozen=True, slots=True)
class SamlSession:
    """A person's session at a SAML provider, as its assertion named it; kept as text with the browser's session."""

    provider_name: str
    name_id: str
    name_format: str | None = None
    qualifier: str | None = None
    sp_qualifier: str | None = None
    index: str | None = None

    def as_text(self) -> str:
        """Return it in the form in which it is kept."""
        return json.dumps(asdict(self))


def read(text: str) -> SamlSession | None:
    """Return what was kept as ``text``, or ``None`` if no SAML provider has a session."""
    return SamlSession(**json.loads(text)) if text else None


def digest_of(pool_id: str, session: SamlSession | None) -> str:
    """Return what a browser's session is found by when the provider names the person; empty without a provider.

    The name is no secret, the account of the person is called after it; only its length varies.
    """
    return "" if session is None else _digest(pool_id, session.provider_name, session.name_id)


def _digest(pool_id: str, provider_name: str, name_id: str) -> str:
    return crypto.digest(json.dumps([pool_id, provider_name, name_id]))


def end(
    provider: IdentityProvider,
    name_id: str,
    indexes: Collection[str],
    *,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> int:
    """End what came of the sessions of ``name_id`` at ``provider``; return how many browsers were signed in.

    That is: browsers, tokens that apps got through them, also through those that were signed out here before, and
    codes that are on their way. ``indexes`` names the sessions; without any, all are meant. One that the provider
    gave no index cannot be told from the others and ends, too.
    """
    digest = _digest(provider.pool_id, provider.name, name_id)
    rows = BrowserSession.objects.filter(saml_digest=digest).select_related("user")
    named = [row for row in rows if _is_named(row, indexes)]
    if not named:
        return 0
    living = {row.user_id: row for row in named if row.ended_at is None and now < row.expires_at}
    keys = [row.pk for row in named]
    with transaction.atomic():
        has_ended = BrowserSession.objects.filter(pk__in=keys, ended_at=None).update(ended_at=now)
        # An exchange at this moment is waited for here, so that its tokens are seen below.
        AuthorizationCode.objects.filter(browser_session__in=keys, used_at=None).update(used_at=now)
        revoked = TokenFamily.objects.filter(browser_session__in=keys, revoked_at=None)
        users = {*living, *revoked.filter(expires_at__gt=now).values_list("user_id", flat=True)}
        revoked.update(revoked_at=now)
    by_user = {row.user_id: row for row in named}
    for user_id in users:
        user = by_user[user_id].user
        user.pool = provider.pool
        auth_events.record(
            AuthEventType.SIGN_OUT, AuthEventResponse.PASS, pool=provider.pool, user=user, origin=origin, now=now
        )
        signals.user_signed_out.send_robust(sender=type(user), user=user, pool=provider.pool, client_id="")
    return has_ended


def _is_named(row: BrowserSession, indexes: Collection[str]) -> bool:
    session = read(row.saml_session)
    return session is not None and (not indexes or not session.index or session.index in indexes)
