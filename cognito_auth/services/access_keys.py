"""Access keys: finding the one a call was signed with, and making new ones."""

import datetime
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.db.models import CharField, F

from cognito_auth.models import AbstractCognitoUser, AccessKey
from cognito_auth.models.compiled import CompiledQuery, Parameter

_USE_RECORDED_EVERY = datetime.timedelta(minutes=1)

_ACTIVE_BY_ID = CompiledQuery(
    lambda: AccessKey.objects.filter(pk=Parameter("key_id", CharField()), is_active=True).annotate(
        owner_is_active=F("owner__is_active"), owner_name=F(f"owner__{get_user_model().USERNAME_FIELD}")
    )
)


def find_active(key_id: str) -> AccessKey | None:
    """Return the access key with this id, unless it or the account of its owner is switched off. One query.

    It has the name of its owner as ``owner_name``, ``None`` without one.
    """
    key: AccessKey | None = _ACTIVE_BY_ID.first(key_id=key_id)
    # An annotation: None for a key without an owner.
    if key is None or getattr(key, "owner_is_active", None) is False:
        return None
    return key


def record_use(key: AccessKey, *, now: datetime.datetime) -> None:
    """Remember that the key was used; written at most once a minute, so that calls stay reads."""
    if key.last_used_at is None or now - key.last_used_at >= _USE_RECORDED_EVERY:
        AccessKey.objects.filter(pk=key.pk).update(last_used_at=now)


def create(
    *,
    key_id: str | None = None,
    secret: str | None = None,
    name: str = "",
    owner: AbstractCognitoUser | None = None,
    allowed_actions: Sequence[str] = ("*",),
    allowed_pools: Sequence[str] = ("*",),
    now: datetime.datetime,
) -> AccessKey:
    """Make an access key, or bring the one with ``key_id`` to what is given.

    Id and secret are drawn where they are not given; the secret of an existing key stays without one.
    """
    fields = {
        "name": name,
        "owner": owner,
        "allowed_actions": list(allowed_actions),
        "allowed_pools": list(allowed_pools),
        "is_active": True,
    }
    if secret is not None:
        fields["secret"] = secret
    first_fields = {"secret": AccessKey.new_secret(), **fields, "created_at": now}
    key, _is_new = AccessKey.objects.update_or_create(
        pk=key_id or AccessKey.new_id(), defaults=fields, create_defaults=first_fields
    )
    return key
