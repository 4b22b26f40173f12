"""By which addresses a pool lets people reset their password."""

from collections.abc import Sequence

from cognito_auth.models import UserPool

_MECHANISMS = {"verified_email": "email", "verified_phone_number": "phone_number"}


def recovery_attributes(pool: UserPool) -> Sequence[str]:
    """Return the attributes a reset code may go to, first choice first; none: administrators only."""
    if pool.account_recovery is None:
        return ("phone_number", "email")
    mechanisms = pool.account_recovery.get("RecoveryMechanisms", ())
    ordered = sorted(mechanisms, key=lambda mechanism: mechanism["Priority"])
    return [_MECHANISMS[mechanism["Name"]] for mechanism in ordered if mechanism["Name"] in _MECHANISMS]
