"""Where a message goes, as far as the asker may know: masked, and invented for people who do not exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from cognito_auth import crypto, names
from cognito_auth.choices import DeliveryMedium, MessageEvent
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services.account_recovery import recovery_attributes

# Initials as frequent as in real addresses, so that an invented one does not stand out.
_LOCAL_INITIALS = "aaabbbccdddeeffghiijjjjkkkllmmmmnnooppqrrrsssstttuvwxyz"
_DOMAIN_INITIALS = "ggggggggghhhoooyyyiiaacmlwft"
_VISIBLE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class CodeDeliveryDetails:
    """What the asker is told. Source: AWS CodeDeliveryDetailsType.

    Attributes:
        destination: masked, ``j***@e***`` or ``+*******9012``.
        attribute: ``"email"`` or ``"phone_number"``.
    """

    destination: str
    medium: DeliveryMedium
    attribute: str


def details_for(attribute: str, destination: str) -> CodeDeliveryDetails:
    """Return what the asker is told about a message to ``destination``."""
    if attribute == "email":
        return CodeDeliveryDetails(mask_email(destination), DeliveryMedium.EMAIL, attribute)
    return CodeDeliveryDetails(mask_phone_number(destination), DeliveryMedium.SMS, attribute)


def mask_email(address: str) -> str:
    """Return ``j***@e***`` for ``jane@example.com``.

    Always in the spelling that is compared: the initials of what somebody typed and of what is stored
    would differ in case, and so tell who exists.
    """
    local, _at, domain = names.key_of(address, case_sensitive=False).rpartition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def mask_phone_number(number: str) -> str:
    """Return ``+*******9012`` for ``+14155559012``."""
    digits = number.removeprefix("+")
    hidden = len(digits) - _VISIBLE_DIGITS
    if hidden <= 0:
        return "+" + "*" * len(digits)
    return "+" + "*" * hidden + digits[hidden:]


def simulated_details(
    pool: UserPool,
    name: str,
    *,
    event: MessageEvent = MessageEvent.FORGOT_PASSWORD,
    attribute: str | None = None,
    user: AbstractCognitoUser | None = None,
) -> CodeDeliveryDetails:
    """Return details as if a message went to a person called ``name``, the same each time.

    The medium is that of ``attribute`` or, without one, one that the pool would use: the one ``name``
    looks like, else the first choice. ``user`` is who ``name`` is of, if anybody: other messages go to their
    address, and one that is only pretended names it too. A disabled person gets no messages, as nobody does.
    """
    candidates = _candidates(pool, event) if attribute is None else [attribute]
    if user is not None and user.is_active:
        for candidate in candidates:
            if getattr(user, candidate):
                return details_for(candidate, getattr(user, candidate))
    if names.looks_like_email(name) and "email" in candidates:
        return details_for("email", name)
    if names.looks_like_phone_number(name) and "phone_number" in candidates:
        return details_for("phone_number", name)
    return _invented(pool, name, candidates[0])


def _candidates(pool: UserPool, event: MessageEvent) -> Sequence[str]:
    """Return the attributes the pool may send to on this occasion, first choice first; never none."""
    verified = [name for name in ("phone_number", "email") if name in pool.auto_verified_attributes]
    if event is not MessageEvent.FORGOT_PASSWORD:
        return verified or ["email"]
    recovery = recovery_attributes(pool)
    # Without a setting of its own a pool tries both; people have what it verifies.
    return [name for name in recovery if name in verified or not verified] or recovery or ["email"]


def _invented(pool: UserPool, name: str, attribute: str) -> CodeDeliveryDetails:
    # Keyed: who knows the recipe cannot tell an invented destination from a real one.
    digest = int(crypto.keyed_digest("simulated_destination", pool.pk, pool.key_of(name), attribute), 16)
    if attribute == "phone_number":
        return details_for(attribute, f"+1415555{digest % 10**_VISIBLE_DIGITS:0{_VISIBLE_DIGITS}d}")
    digest, local = divmod(digest, len(_LOCAL_INITIALS))
    domain = _DOMAIN_INITIALS[digest % len(_DOMAIN_INITIALS)]
    return details_for(attribute, f"{_LOCAL_INITIALS[local]}@{domain}")
