"""Whether a token is what it claims to be: one full check, without the network.

Owns the order of checks and the memory of tokens that passed them. Keys come from ``trusted``; whether
the session and the user of an own token still are is the matter of ``live``.

Source: RFC 7519 7.2, RFC 8725; AWS "Verifying JSON web tokens".
"""

import contextlib
import datetime
from collections import OrderedDict
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.conf import settings as django_settings
from django.core.signals import setting_changed
from django.dispatch import receiver

from cognito_auth.choices import TokenUse
from cognito_auth.conf import settings
from cognito_auth.services.tokens import compact, errors
from cognito_auth.services.tokens.trusted import TrustedIssuer, TrustedIssuers
from cognito_auth.services.tokens.verified_token import VerifiedToken

_MAX_LEEWAY_SECONDS = 60
_HEADERS_KEPT = 1024
# Beyond this a JSON number is no exact integer any more, and no time that means anything.
_LAST_TIME = 2**53
_PADDING = padding.PKCS1v15()
_HASH = hashes.SHA256()
# The client is named by another claim in each kind of token. Source: AWS.
_CLIENT_CLAIMS = {TokenUse.ID.value: "aud", TokenUse.ACCESS.value: "client_id"}


def verify(
    token: str,
    *,
    now: datetime.datetime,
    token_use: frozenset[str] | None = None,
) -> VerifiedToken:
    """Return what ``token`` says, after every check.

    A token that passed before is remembered by its whole text; its times, kind and client are checked
    again. ``token_use`` are the kinds accepted, by default those of ``TRUSTED_POOLS`` or ``TOKEN_USE``.

    Raises:
        TokenRefused: one of its subclasses, with what was expected and what came.
        KeysUnavailable: the keys of a trusted issuer cannot be had at the moment.
    """
    verifier = _verifier
    if verifier is None or verifier.source is not getattr(django_settings, "COGNITO_AUTH", None):
        verifier = _renew()
    seconds = now.timestamp()
    checked = verifier.remembered.get(token)
    if checked is None:
        checked = verifier.check(token, now)
    else:
        try:  # noqa: SIM105  (suppress would cost more than all the rest here)
            verifier.remembered.move_to_end(token)
        except KeyError:  # another thread has just forgotten it
            pass
    if not checked.valid_from <= seconds < checked.valid_until:
        raise _time_error(checked, seconds)
    trusted = checked.trusted
    accepted = trusted.token_use
    if token_use is not None and checked.token_use not in token_use:
        raise errors.WrongTokenUse("Wrong kind.", expected=token_use, actual=checked.token_use)
    if checked.token_use not in (accepted or token_use or verifier.token_use):
        raise errors.WrongTokenUse("Wrong kind.", expected=accepted or verifier.token_use, actual=checked.token_use)
    if trusted.client_ids is not None and checked.client_id not in trusted.client_ids:
        raise errors.WrongClient("Wrong client.", expected=trusted.client_ids, actual=checked.client_id)
    return checked


class _Verifier:
    """The checks under one state of the settings."""

    def __init__(self) -> None:
        self.source = getattr(django_settings, "COGNITO_AUTH", None)
        self.issuers = TrustedIssuers()
        self.token_use = frozenset(settings.token_use)
        self.leeway = max(0, min(settings.token_leeway_seconds, _MAX_LEEWAY_SECONDS))
        self.remembered: OrderedDict[str, VerifiedToken] = OrderedDict()
        self.capacity = settings.token_cache_size
        self._kids: dict[bytes, str] = {}

    def check(self, token: str, now: datetime.datetime) -> VerifiedToken:
        """Check all that does not depend on the moment or the view, and remember the token."""
        signed, header, payload, signature = compact.split(token)
        kid = self._kids.get(header)
        is_new_header = kid is None
        if kid is None:
            kid = compact.kid_of(header)
        claims = compact.read_object(payload)
        issuer = claims.get("iss")
        trusted = self.issuers.get(issuer) if issuer.__class__ is str else None
        if trusted is None:
            raise errors.UnknownIssuer("Unknown issuer.", actual=issuer)
        key = trusted.find_key(kid, now)
        try:
            key.verify(compact.decode(signature), signed, _PADDING, _HASH)
        except InvalidSignature:
            raise errors.BadSignature("The signature is wrong.") from None
        checked = self._read(claims, trusted)
        # Only after the signature: nobody else's tokens take room in what is remembered.
        if is_new_header:
            self._remember_header(header, kid)
            self.issuers.keep(trusted)
        if self.capacity > 0:
            self._remember(token, checked)
        return checked

    def _read(self, claims: dict[str, Any], trusted: TrustedIssuer) -> VerifiedToken:
        """Check the claims that are used, by type."""
        get = claims.get
        expires: Any = get("exp")
        valid_from = 0
        if not _is_time(expires):
            raise errors.InvalidClaim("exp is missing or no time.", actual=expires)
        for name in ("nbf", "iat"):
            value = get(name)
            if value is not None:
                if not _is_time(value):
                    raise errors.InvalidClaim(f"{name} is no time.", actual=value)
                valid_from = max(valid_from, value)
            elif name in claims:
                raise errors.InvalidClaim(f"{name} is null.")
        token_use = get("token_use")
        client_claim = _CLIENT_CLAIMS.get(token_use) if token_use.__class__ is str else None
        if client_claim is None:
            raise errors.WrongTokenUse("Unknown kind of token.", expected=tuple(_CLIENT_CLAIMS), actual=token_use)
        client_id = get(client_claim)
        if client_id.__class__ is not str or not client_id:
            raise errors.InvalidClaim(f"{client_claim} names no client.")
        sub = get("sub")
        # What cannot be printed (NUL, lone surrogates) cannot be stored either.
        if sub.__class__ is not str or not sub or not sub.isprintable():
            raise errors.InvalidClaim("sub names nobody.")
        return VerifiedToken(claims, trusted, client_id, valid_from - self.leeway, expires + self.leeway)

    def _remember_header(self, header: bytes, kid: str) -> None:
        if len(self._kids) >= _HEADERS_KEPT:
            self._kids.clear()
        self._kids[header] = kid

    def _remember(self, token: str, checked: VerifiedToken) -> None:
        self.remembered[token] = checked
        if len(self.remembered) > self.capacity:
            with contextlib.suppress(KeyError):  # other threads have emptied it
                self.remembered.popitem(last=False)


def _is_time(value: Any) -> bool:
    """Tell whether a claim is a NumericDate; booleans are not numbers here."""
    return value.__class__ in (int, float) and 0 <= value < _LAST_TIME


def _time_error(checked: VerifiedToken, seconds: float) -> errors.TokenRefused:
    if seconds >= checked.valid_until:
        return errors.TokenExpired("Expired.", expected=seconds, actual=checked.valid_until)
    return errors.TokenFromFuture("Not valid yet.", expected=seconds, actual=checked.valid_from)


_verifier: _Verifier | None = None


def _renew() -> _Verifier:
    global _verifier  # noqa: PLW0603  (one per process, as the settings are)
    _verifier = _Verifier()
    return _verifier


@receiver(setting_changed)
def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting in ("COGNITO_AUTH", "ROOT_URLCONF", "DEBUG"):
        global _verifier  # noqa: PLW0603
        _verifier = None
