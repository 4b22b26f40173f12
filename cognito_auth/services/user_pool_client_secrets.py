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
        ResourceNotFoundException: the client was deleted meanwhile.
    """
    secret = UserPoolClientSecret(client=client, value=value or UserPoolClient.new_secret(), created_at=now)
    try:
        with transaction.atomic():
            others = _locked(client)
            if not others:
                raise reasons.CLIENT_WITHOUT_SECRET()
            free = [slot for slot in _SLOTS if slot not in {other.slot for other in others}]
            if not free:
                raise reasons.CLIENT_SECRETS_FULL()
            secret.slot = free[0]
            while secret.secret_id in {other.secret_id for other in others}:
                # The id has whole seconds, and two secrets may be made in one.
                secret.created_at += datetime.timedelta(seconds=1)
            secret.save(force_insert=True)
    except IntegrityError:
        # Where rows cannot be locked, somebody else took the slot at the same time.
        raise reasons.CLIENT_SECRETS_FULL() from None
    user_pool_clients.forget_secrets(client)
    return secret


def of(client: UserPoolClient) -> list[UserPoolClientSecret]:
    """Return the secrets of ``client`` by age, without reading their values."""
    return list(UserPoolClientSecret.objects.filter(client=client).defer("value").order_by("created_at", "slot"))


def delete(client: UserPoolClient, secret_id: str) -> None:
    """Delete the secret with this id; it stops working at once.

    Raises:
        ResourceNotFoundException: there is none, or the client was deleted meanwhile.
        InvalidParameterException: it is the last one.
    """
    with transaction.atomic():
        # Two who delete one each must not leave the client without any.
        secrets = _locked(client)
        found = next((secret for secret in secrets if secret.secret_id == secret_id), None)
        if found is None:
            raise reasons.CLIENT_SECRET_NOT_FOUND(secret_id=secret_id)
        if len(secrets) == 1:
            raise reasons.CLIENT_LAST_SECRET()
        found.delete()
    user_pool_clients.forget_secrets(client)


def _locked(client: UserPoolClient) -> list[UserPoolClientSecret]:
    """Return the client's secrets; until the end of the transaction nobody else changes them."""
    row = UserPoolClient.objects.select_for_update().filter(pk=client.pk).values_list("pk").first()
    if row is None:
        raise reasons.CLIENT_NOT_FOUND(client_id=client.pk)
    return of(client)
