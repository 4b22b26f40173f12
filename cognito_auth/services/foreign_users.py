"""The local account of somebody who comes with a token of a trusted pool elsewhere.

It is found by issuer and subject, never by e-mail address or name: those can be changed, and whoever
runs the other pool would decide whose account is taken over. Claims grant nothing here: the account
is never staff, and has no password. It belongs to the default pool, since every user has a pool.
"""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, router, transaction
from django.db.models import CharField

from cognito_auth.choices import UserStatus
from cognito_auth.models import AbstractCognitoUser, ForeignIdentity, UserPool
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import user_names
from cognito_auth.services.tokens import errors
from cognito_auth.services.tokens.verified_token import VerifiedToken

_MAX_LENGTH = 255
_MAX_USERNAME_LENGTH = 128
_BY_IDENTITY = CompiledQuery(
    lambda: ForeignIdentity.objects.filter(
        issuer=Parameter("issuer", CharField()), sub=Parameter("sub", CharField())
    ).select_related("user")
)


def get_or_create(token: VerifiedToken) -> AbstractCognitoUser:
    """Return the account of the token's subject, made at first sight; one query afterwards.

    Raises:
        TokenRefused: the issuer or subject is longer than any real one.
    """
    user = _find(token)
    if user is not None:
        return user
    if max(len(token.issuer), len(token.sub)) > _MAX_LENGTH:
        raise errors.InvalidClaim("iss or sub is too long.")
    # A readable name first, a random one if somebody has it.
    for username in (_readable_name(token), str(uuid.uuid4())):
        try:
            return _create(token, username)
        except (IntegrityError, user_names.AliasTaken):
            # Several requests may be the first at once: the unique constraint lets one of them make it.
            user = _find(token)
            if user is not None:
                return user
    raise errors.UserGone("No account could be made.")


def _find(token: VerifiedToken) -> AbstractCognitoUser | None:
    identity = _BY_IDENTITY.first(issuer=token.issuer, sub=token.sub)
    return None if identity is None else identity.user


def _create(token: VerifiedToken, username: str) -> AbstractCognitoUser:
    fields: dict[str, Any] = {"status": UserStatus.EXTERNAL_PROVIDER}
    with transaction.atomic(using=router.db_for_write(ForeignIdentity)):
        user: AbstractCognitoUser = get_user_model()(pool=UserPool.objects.get_default(), username=username, **fields)
        user.set_unusable_password()
        user.save()
        user_names.sync_aliases(user)
        ForeignIdentity.objects.create(issuer=token.issuer, sub=token.sub, user_id=user.pk)
    return user


def _readable_name(token: VerifiedToken) -> str:
    source = token.pool_id or token.issuer.partition("://")[2].partition("/")[0]
    return f"{source}_{token.sub}"[:_MAX_USERNAME_LENGTH]
