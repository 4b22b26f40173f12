"""Which attributes an app client may read and write.

Source: AWS "Attribute permissions and scopes"; security: flags, ``sub`` and what only signed calls
may write are never a client's to write.
"""

from collections.abc import Collection, Iterable

from cognito_auth import reasons
from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.attribute import DEVELOPER_PREFIX
from cognito_auth.services.attributes.standard import SUB, VERIFIED_FLAGS

NEVER_WRITABLE = frozenset({SUB, "identities", *VERIFIED_FLAGS.values()})
_RESERVED_PREFIXES = (DEVELOPER_PREFIX, "cognito:")


def may_ever_write(name: str) -> bool:
    """Tell whether an app client can be given the right to write ``name``."""
    return name not in NEVER_WRITABLE and not name.startswith(_RESERVED_PREFIXES)


def may_write(client: UserPoolClient, name: str) -> bool:
    """Tell whether people may write ``name`` with this client."""
    allowed = client.write_attributes
    return may_ever_write(name) and (allowed is None or name in allowed)


def check_writable(client: UserPoolClient, names: Iterable[str]) -> None:
    """Refuse to write attributes that the client has no right to.

    Without a list of its own, a client may write every attribute that clients can write at all.

    Raises:
        NotAuthorizedException: one of them is not the client's to write.
    """
    if not all(may_write(client, name) for name in names):
        raise reasons.UNAUTHORIZED_ATTRIBUTE()


def readable_names(client: UserPoolClient) -> frozenset[str] | None:
    """Return the names of attributes that the client may read, or ``None`` for all there are.

    ``sub`` is always among them; attributes for signed calls only (``dev:custom:…``) never are.
    """
    return readable_in(client.pool, client.read_attributes)


def readable_in(pool: UserPool, read_attributes: Collection[str] | None) -> frozenset[str] | None:
    """Return the same for a client of ``pool`` whose own list is ``read_attributes``."""
    pool_schema = schema.of(pool)
    if read_attributes is None:
        return pool_schema.public_names if pool_schema.developer_only else None
    return frozenset((SUB, *read_attributes)) - pool_schema.developer_only
