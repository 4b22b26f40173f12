"""The secrets of an app client: adding a second one, deleting one of two.

Two at a time let an app change its secret without downtime: both work until the old one is deleted.
Source: AWS API_AddUserPoolClientSecret, API_DeleteUserPoolClientSecret.
"""

import datetime

from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import UserPoolClient, UserPoolClientSecret
from cognito_auth.services import user_pool_clients

_SLOTS = (1, 2)


def add(client: UserPoolClient, *, value: str | None = None, now: datetime.datetime) -> UserPoolClientSecret:
    """Give ``client`` another secret, ``value`` or a random one, and return it.

    Raises:
        InvalidParameterException: the client was made without a secret.
        LimitExceededException: it has two already.
    """
    secret = UserPoolClientSecret(client=client, value=value or UserPoolClient.new_secret(), created_at=now)
    taken = set(UserPoolClientSecret.objects.filter(client=client).values_list("slot", flat=True))
    if not taken:
        raise reasons.CLIENT_WITHOUT_SECRET()
    free = [slot for slot in _SLOTS if slot not in taken]
    if not free:
        raise reasons.CLIENT_SECRETS_FULL()
    secret.slot = free[0]
    try:
        with transaction.atomic():
            secret.save(force_insert=True)
    except IntegrityError:
        # Somebody else took the slot at the same time.
        raise reasons.CLIENT_SECRETS_FULL() from None
    user_pool_clients.forget_secrets(client)
    return secret


def delete(client: UserPoolClient, *, slot: int) -> None:
    """Delete the secret in ``slot``; where there is none, nothing changes.

    Raises:
        InvalidParameterException: it is the last one.
    """
    with transaction.atomic():
        # Two who delete one each must not leave the client without any.
        locked = UserPoolClient.objects.select_for_update().filter(pk=client.pk).first()
        slots = set(UserPoolClientSecret.objects.filter(client=locked).values_list("slot", flat=True))
        if slots == {slot}:
            raise reasons.CLIENT_LAST_SECRET()
        UserPoolClientSecret.objects.filter(client=locked, slot=slot).delete()
    user_pool_clients.forget_secrets(client)
