"""Names by which people sign in: finding a user by any of them, and claiming aliases.

One namespace per pool. A username is unique on the user's row; aliases are rows of ``UserAlias``
whose unique constraint decides between two who claim one at the same time.
Source: AWS "Customizing sign-in attributes".
"""

import uuid

from django.contrib.auth import get_user_model
from django.db.models import CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, UUIDField

from cognito_auth import names, reasons
from cognito_auth.choices import AliasName, UserStatus
from cognito_auth.models import (
    AbstractCognitoUser,
    GroupMembership,
    LinkedIdentity,
    UserAlias,
    UserPool,
    UserPoolClient,
)
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.statements import CompiledInsert
from cognito_auth.services import remembered_clients

_SUB_LENGTH = 36
_VERIFIED_FLAG = {"email": "email_verified", "phone_number": "phone_number_verified"}


class AliasTaken(Exception):
    """Another user of the pool has the name already.

    Attributes:
        name: which attribute is taken, e.g. ``"email"``.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _users() -> "type[AbstractCognitoUser]":
    model: type[AbstractCognitoUser] = get_user_model()
    return model


def _where(**conditions: Parameter) -> "QuerySet[AbstractCognitoUser]":
    # Whether there are groups and identities to read for the claims, and which password the SRP verifier is of.
    memberships = GroupMembership.objects.filter(user=OuterRef("pk"))
    identities = LinkedIdentity.objects.filter(user=OuterRef("pk"))
    return (
        _users()
        ._default_manager.filter(**conditions)
        .annotate(
            is_in_groups=Exists(memberships),
            has_identities=Exists(identities),
            srp_password_digest=F("srp_verifier__password_digest"),
        )
    )


def _where_username() -> "QuerySet[AbstractCognitoUser]":
    return _where(pool=Parameter("pool_id", CharField()), username_key=Parameter("key", CharField()))


def _where_alias() -> "QuerySet[AbstractCognitoUser]":
    return _where(aliases__pool=Parameter("pool_id", CharField()), aliases__value_key=Parameter("key", CharField()))


def _with_client(users: "QuerySet[AbstractCognitoUser]") -> "QuerySet[AbstractCognitoUser]":
    its_client = FilteredRelation("pool__clients", condition=Q(pool__clients__id=Parameter("client_id", CharField())))
    return users.annotate(client=its_client).annotate(**remembered_clients.versions("client__"))


def _with_pool(users: "QuerySet[AbstractCognitoUser]") -> "QuerySet[AbstractCognitoUser]":
    return users.select_related("pool").defer(*(f"pool__{name}" for name in UserPool.RARELY_READ))


_BY_USERNAME = CompiledQuery(_where_username)
_BY_ALIAS = CompiledQuery(_where_alias)
_BY_SUB = CompiledQuery(lambda: _where(pool=Parameter("pool_id", CharField()), sub=Parameter("sub", UUIDField())))
_WITH_CLIENT = {
    _BY_USERNAME: CompiledQuery(lambda: _with_client(_where_username())),
    _BY_ALIAS: CompiledQuery(lambda: _with_client(_where_alias())),
}
_WITH_POOL = {
    _BY_USERNAME: CompiledQuery(lambda: _with_pool(_where_username())),
    _BY_ALIAS: CompiledQuery(lambda: _with_pool(_where_alias())),
}
_INSERT_ALIAS = CompiledInsert(lambda: UserAlias)
# Pools as this process last saw them: a guess at how their users are looked up, no more.
_seen: dict[str, UserPool] = {}
_MAX_SEEN = 1024


def find(pool: UserPool, name: str) -> AbstractCognitoUser | None:
    """Return the user of ``pool`` whose username, active alias or sub is ``name``, or ``None``.

    The sub comes first, since nobody chooses it: whoever names a user by it means no other. Then the
    username. One query in the common case; the pool is set on the user.
    """
    user = _find_by_sub(pool, name)
    if user is not None:
        user.pool = pool
        return user
    key = pool.key_of(name)
    for lookup in _lookups(pool, name):
        found: AbstractCognitoUser | None = lookup.first(pool_id=pool.pk, key=key)
        if found is not None:
            found.pool = pool
            return found
    return None


def find_with_client(client: UserPoolClient, name: str) -> AbstractCognitoUser | None:
    """Return whom :func:`find` would find in the client's pool, with the client's versions.

    ``None`` also if the first of several queries does not find them: it is only worth one.
    """
    if len(name) == _SUB_LENGTH:
        return None
    pool = client.pool
    query = _WITH_CLIENT[_lookups(pool, name)[0]]
    user: AbstractCognitoUser | None = query.first(pool_id=pool.pk, key=pool.key_of(name), client_id=client.pk)
    if user is not None:
        user.pool = pool
    return user


def find_with_pool(pool_id: str, name: str) -> AbstractCognitoUser | None:
    """Return whom :func:`find` would find in the pool with this id, together with the pool, in one query.

    ``None`` also if it takes more than one: the pool was not seen before (:func:`note`), its sign-in names changed
    since, or the first of several queries does not find them. The pool comes without its rarely read columns.
    """
    seen = _seen.get(pool_id)
    if seen is None or len(name) == _SUB_LENGTH:
        return None
    query, key = _lookups(seen, name)[0], seen.key_of(name)
    user: AbstractCognitoUser | None = _WITH_POOL[query].first(pool_id=pool_id, key=key)
    if user is None:
        return None
    pool = user.pool
    # The pool as it is now decides whether this was the right query.
    if _lookups(pool, name)[0] is not query or pool.key_of(name) != key:
        note(pool)
        return None
    return user


def note(pool: UserPool) -> None:
    """Remember how users of the pool are looked up, for :func:`find_with_pool`."""
    if len(_seen) >= _MAX_SEEN:
        _seen.clear()
    _seen[pool.pk] = pool


def _lookups(pool: UserPool, name: str) -> list[CompiledQuery]:
    if pool.has_username_attributes:
        return [_BY_ALIAS, _BY_USERNAME]
    if pool.alias_attributes:
        # A username never looks like an address where addresses are aliases.
        return [_BY_ALIAS, _BY_USERNAME] if _looks_like_address(name) else [_BY_USERNAME, _BY_ALIAS]
    return [_BY_USERNAME]


def _find_by_sub(pool: UserPool, name: str) -> AbstractCognitoUser | None:
    if len(name) != _SUB_LENGTH:
        return None
    try:
        sub = uuid.UUID(name)
    except ValueError:
        return None
    user: AbstractCognitoUser | None = _BY_SUB.first(pool_id=pool.pk, sub=sub)
    return user


def is_sub_of_another(user: AbstractCognitoUser, name: str) -> bool:
    """Tell whether ``name`` is the sub of somebody else in the pool, so that ``user`` may not be called so."""
    owner = None if name == str(user.sub) else _find_by_sub(user.pool, name)
    return owner is not None and owner.sub != user.sub


def _looks_like_address(name: str) -> bool:
    return names.looks_like_email(name) or names.looks_like_phone_number(name)


def is_name_of(user: AbstractCognitoUser, name: str) -> bool:
    """Tell whether ``name`` is a spelling of the user's username, sub or address, without a query."""
    key = user.pool.key_of(name)
    known = {user.username_key, str(user.sub), user.email_key, user.phone_number}
    if user.preferred_username:
        known.add(user.pool.key_of(user.preferred_username))
    return bool(key) and key in known


def check_username(pool: UserPool, username: str) -> None:
    """Refuse a username of the wrong shape for the pool.

    Raises:
        InvalidParameterException: an address in a pool where that kind of address is an alias, or no
            address in a pool whose users sign up with one.
    """
    if pool.has_username_attributes:
        _check_username_attribute(pool, username)
    elif "email" in pool.alias_attributes and names.looks_like_email(username):
        raise reasons.USERNAME_LIKE_EMAIL()
    elif "phone_number" in pool.alias_attributes and names.looks_like_phone_number(username):
        raise reasons.USERNAME_LIKE_PHONE_NUMBER()


def _check_username_attribute(pool: UserPool, username: str) -> None:
    if username_attribute(pool, username) is not None:
        return
    shapes = {"email": "an email", "phone_number": "a phone number"}
    allowed = [shapes[name] for name in ("email", "phone_number") if name in pool.username_attributes]
    shape = "either an email or a phone number" if len(allowed) == 2 else allowed[0]
    raise reasons.USERNAME_SHOULD_BE(shape=shape)


def username_attribute(pool: UserPool, username: str) -> str | None:
    """Return which attribute a sign-up name is in a pool with username attributes, or ``None``."""
    if "email" in pool.username_attributes and names.looks_like_email(username):
        return "email"
    if "phone_number" in pool.username_attributes and names.looks_like_phone_number(username):
        return "phone_number"
    return None


def aliases_of(user: AbstractCognitoUser) -> dict[str, str]:
    """Return the aliases that the user has by the pool's settings: kind → comparison key.

    Username attributes count at once, alias attributes when verified, a preferred username always.
    """
    pool = user.pool
    # Who signs in elsewhere needs no name here, and keeps none from those who do.
    if user.status == UserStatus.EXTERNAL_PROVIDER:
        return {}
    named: list[tuple[str, str]] = []
    if "preferred_username" in pool.alias_attributes:
        # One namespace: nobody may take another's username as a preferred one.
        named.append((AliasName.USERNAME, user.username))
    named += [(name, getattr(user, name)) for name in pool.username_attributes]
    for name in pool.alias_attributes:
        if getattr(user, _VERIFIED_FLAG.get(name, ""), True):
            named.append((name, getattr(user, name)))
    aliases: dict[str, str] = {}
    for name, value in named:
        # A name counts once, also for somebody whose preferred username is their address.
        if value and pool.key_of(value) not in aliases.values():
            aliases[name] = pool.key_of(value)
    return aliases


def sync_aliases(user: AbstractCognitoUser, *, take_over: bool = False, is_new: bool = False) -> None:
    """Bring the stored aliases in line with the user's attributes; call it inside the transaction.

    With ``take_over`` an address that another user has is taken from them and becomes unverified
    there (the API's ``ForceAliasCreation``). ``is_new`` saves the look-up of aliases to replace.

    Raises:
        AliasTaken: another user has one of the names.
    """
    wanted = aliases_of(user)
    for name, key in wanted.items():
        if is_sub_of_another(user, key):
            raise AliasTaken(name)
    if not is_new:
        for row in UserAlias.objects.filter(user=user.pk):
            if wanted.get(row.name) == row.value_key:
                del wanted[row.name]
            else:
                row.delete()
    # In one order for everybody: two people who swap names would wait for each other.
    for name, key in sorted(wanted.items(), key=lambda alias: alias[1]):
        if not _claim(user, name, key) and not (take_over and _take_over(user, name, key)):
            raise AliasTaken(name)


def _claim(user: AbstractCognitoUser, name: str, key: str) -> bool:
    alias = UserAlias(pool_id=user.pool_id, user_id=user.pk, name=name, value_key=key)
    return _INSERT_ALIAS.execute(alias, skip_conflict=True)


def _take_over(user: AbstractCognitoUser, name: str, key: str) -> bool:
    flag = _VERIFIED_FLAG.get(name)
    held = UserAlias.objects.select_for_update().filter(pool_id=user.pool_id, value_key=key, name=name).first()
    if flag is None or held is None or name in user.pool.username_attributes:
        return False
    _users()._default_manager.filter(pk=held.user_id).update(**{flag: False})
    held.delete()
    return _claim(user, name, key)
