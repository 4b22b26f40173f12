"""What a sign-up page asks a person for.

=====================  ==================================================================================
asked                  when
=====================  ==================================================================================
attributes, required   the pool's schema requires them, or the only code that confirms goes there
attributes, optional   a code that confirms may go there as well as elsewhere
a password             the pool lets people sign in with one
=====================  ==================================================================================
"""

from cognito_auth.choices import AttributeType
from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services import first_factors
from cognito_auth.services.attributes import permissions, schema
from cognito_auth.services.attributes.attribute import Attribute


def attributes_of(client: UserPoolClient) -> list[tuple[Attribute, bool]]:
    """Return the attributes that the page asks for, and of each whether it has to be given.

    Without those that people sign in with: they are the user name.
    """
    pool_schema = schema.of(client.pool)
    verified = list(client.pool.auto_verified_attributes)
    names = dict.fromkeys(pool_schema.required, True)
    for name in verified:
        names.setdefault(name, len(verified) == 1 and not client.pool.has_username_attributes)
    found = []
    for attribute in pool_schema.attributes:
        if attribute.name not in names or _is_username(client.pool, attribute.name, is_required=names[attribute.name]):
            continue
        if attribute.type == AttributeType.BOOLEAN or not permissions.may_write(client, attribute.name):
            continue
        found.append((attribute, names[attribute.name]))
    return found


def _is_username(pool: UserPool, name: str, *, is_required: bool) -> bool:
    """Tell whether the user name stands for this attribute; where it can be one of two, it need not."""
    return name in pool.username_attributes and (len(pool.username_attributes) == 1 or not is_required)


def is_open(pool: UserPool) -> bool:
    """Tell whether people may make accounts themselves."""
    return not pool.admin_create_user_only


def takes_password(client: UserPoolClient) -> bool:
    """Tell whether people have passwords; where they cannot choose, they have."""
    return not first_factors.may_choose(client) or first_factors.PASSWORD in first_factors.allowed(client.pool)


def may_omit_password(client: UserPoolClient) -> bool:
    """Tell whether somebody who signs up may go without, and sign in by codes."""
    allowed = first_factors.allowed(client.pool)
    return first_factors.may_choose(client) and not allowed.isdisjoint(first_factors.OTP_ATTRIBUTES)
