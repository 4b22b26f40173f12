"""What lets people prove their password by SRP: stored where a client of the pool allows SRP.

A verifier is as good as the password for whoever steals it, so it is encrypted, and not kept where
nobody can use it. It is made when a password is set; for a password that was set before (imported, or
before a client allowed SRP) at the first sign-in that shows the password. A password that was changed
in any other way leaves its verifier dead: it names the password hash that it belongs to.
"""

from dataclasses import replace

from cognito_auth import crypto
from cognito_auth.models import AbstractCognitoUser, SrpVerifier, UserPool, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.statements import CompiledInsert, OnlyIf, Statement, delete_statement, execute_together
from cognito_auth.services import srp, user_pool_clients

_INSERT = CompiledInsert(lambda: SrpVerifier)
_OF_USER = CompiledQuery(
    lambda: SrpVerifier.objects.filter(user=Parameter("user_id", SrpVerifier._meta.get_field("user").target_field))
)
_NOBODY = 0


def is_offered(pool: UserPool, *, client: UserPoolClient | None = None) -> bool:
    """Tell whether some client of ``pool`` allows SRP; no query if ``client`` was loaded with the answer."""
    known = getattr(client, "pool_offers_srp", None)
    return user_pool_clients.pool_offers_srp(pool) if known is None else bool(known)


def remember(user: AbstractCognitoUser, password: str) -> None:
    """Store the verifier of the password that ``user`` has just been saved with.

    Call it in the transaction that saves them. Where the pool offers no SRP the older one is removed.
    """
    execute_together(statements(user, password) if is_offered(user.pool) else [_removal(user)])


def statements(user: AbstractCognitoUser, password: str) -> list[Statement]:
    """Return what stores the verifier, unless the user's password is another one by then."""
    same_password = OnlyIf(type(user), {"id": user.pk, "password": user.password}, locked=True)
    insertion = _INSERT.statement(_row(user, password), skip_conflict=True, only_if=same_password)
    return [_removal(user), replace(insertion, follows=True)]


def first_statements(user: AbstractCognitoUser, password: str, *, only_if: OnlyIf) -> list[Statement]:
    """Return what stores the verifier of a user who is just being inserted: ``only_if`` is their row."""
    return [_INSERT.statement(_row(user, password), only_if=only_if, taken={"user_id": "id"})]


def is_missing(user: AbstractCognitoUser) -> bool:
    """Tell whether the password's verifier is missing; no query for users of ``user_names.find``."""
    if hasattr(user, "srp_password_digest"):
        return bool(user.srp_password_digest != _digest_of(user))
    return find(user) is None


def find(user: AbstractCognitoUser | None) -> srp.Verifier | None:
    """Return the verifier of the user's present password; for nobody the database is asked all the same."""
    row: SrpVerifier | None = _OF_USER.first(user_id=_NOBODY if user is None else user.pk)
    if row is None or user is None or row.password_digest != _digest_of(user) or row.identity != user.username:
        return None
    return srp.Verifier.from_text(row.secret)


def simulated(pool: UserPool, name: str) -> srp.Verifier:
    """Return a verifier that belongs to no password; the same salt each time for the same pool and name."""
    salt = crypto.keyed_digest("srp.salt", pool.pk, pool.key_of(name))[:32]
    value = "".join(crypto.keyed_digest("srp.verifier", pool.pk, pool.key_of(name), str(part)) for part in range(12))
    return srp.Verifier(int(salt, 16), int(value, 16) % srp.N)


def belongs_to(user: AbstractCognitoUser, password_digest: str) -> bool:
    """Tell whether the user's password still is the one with this digest."""
    return password_digest == _digest_of(user)


def digest_of(user: AbstractCognitoUser | None) -> str:
    """Return what tells the user's present password from another."""
    return "" if user is None else _digest_of(user)


def _row(user: AbstractCognitoUser, password: str) -> SrpVerifier:
    verifier = srp.make_verifier(group=user.pool.srp_name, identity=user.username, password=password)
    return SrpVerifier(
        user_id=user.pk, identity=user.username, secret=verifier.to_text(), password_digest=_digest_of(user)
    )


def _removal(user: AbstractCognitoUser) -> Statement:
    return delete_statement(SrpVerifier, "user", user.pk)


def _digest_of(user: AbstractCognitoUser) -> str:
    # A salted hash of a password: nothing can be guessed from its digest.
    return crypto.digest(user.password)
