"""The columns of the file.

Source: AWS API_GetCSVHeader; "Formatting the .csv file".
"""

from collections.abc import Sequence

from cognito_auth.models import UserPool
from cognito_auth.services.attributes import schema
from cognito_auth.services.attributes.standard import SUB
from cognito_auth.services.user_import.records import BadFile

USERNAME = "cognito:username"
MFA_ENABLED = "cognito:mfa_enabled"
PASSWORD_HASH = "cognito:password_hash"
_NAMED = 5
_SHOWN_CHARACTERS = 40


def header(pool: UserPool) -> list[str]:
    """Return the columns that a file for ``pool`` may have, in the API's order."""
    attributes = [attribute.name for attribute in schema.of(pool).attributes if attribute.name != SUB]
    return [*attributes, MFA_ENABLED, USERNAME]


def check(pool: UserPool, columns: Sequence[str], *, with_hashes: bool) -> None:
    """Refuse a file whose header does not fit.

    Strict pools want every column, others those without which no row can be imported.

    Raises:
        BadFile: a column is unknown, missing or there twice.
    """
    known = [*header(pool), *([PASSWORD_HASH] if with_hashes else [])]
    unknown = [name for name in columns if name not in known]
    if unknown:
        hint = " A job with a PasswordHashingAlgorithm is needed." if PASSWORD_HASH in unknown else ""
        raise BadFile(f"The header has unknown columns: {_named(unknown)}.{hint}")
    twice = [name for name in dict.fromkeys(columns) if columns.count(name) > 1]
    if twice:
        raise BadFile(f"The header has columns twice: {_named(twice)}.")
    missing = [name for name in _needed(pool, known, with_hashes=with_hashes) if name not in columns]
    if missing:
        raise BadFile(f"The header lacks columns: {_named(missing)}.")


def _needed(pool: UserPool, known: list[str], *, with_hashes: bool) -> list[str]:
    if pool.strict:
        return known
    needed = [*schema.of(pool).required]
    if not pool.has_username_attributes:
        needed.append(USERNAME)
    return [*needed, PASSWORD_HASH] if with_hashes else needed


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(
        repr(name[:_SHOWN_CHARACTERS].encode("utf-8", "replace").decode())[1:-1].replace("\\x00", "?")
        for name in names[:_NAMED]
    )
    return f"{shown} …" if len(names) > _NAMED else shown
