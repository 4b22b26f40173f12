"""What the scopes of OpenID Connect give.

==========================  =====================================================
scope                       gives
==========================  =====================================================
``openid``                  an ID token; alone: all attributes
``profile``                 the attributes of a person, and custom ones
``email``                   ``email``, ``email_verified``
``phone``                   ``phone_number``, ``phone_number_verified``
``aws.cognito.signin…``     the user's own operations of the API
``<identifier>/<name>``     what a resource server makes of it
==========================  =====================================================

Source: AWS "Scopes, M2M, and resource servers"; OpenID Connect Core 5.4.
"""

from collections.abc import Container, Iterable
from typing import Final

OPENID: Final = "openid"
USER: Final = "aws.cognito.signin.user.admin"
_OF_SCOPE: Final = {
    "email": frozenset({"email", "email_verified"}),
    "phone": frozenset({"phone_number", "phone_number_verified"}),
}
# With ``profile`` come all attributes that no other scope gives.
_PROFILE: Final = "profile"
ATTRIBUTE_SCOPES: Final = frozenset({*_OF_SCOPE, _PROFILE})


def attribute_names(scope: str, names: Iterable[str]) -> list[str]:
    """Return which of these attributes are shown with ``scope`` (separated by spaces)."""
    granted = set(scope.split())
    if not granted & ATTRIBUTE_SCOPES:
        return list(names)
    owned: frozenset[str] = frozenset().union(*_OF_SCOPE.values())
    shown: frozenset[str] = frozenset().union(*(_OF_SCOPE[name] for name in granted & _OF_SCOPE.keys()))
    return [name for name in names if name in shown or (name not in owned and _PROFILE in granted)]


def are_readable(scope: str, readable: Container[str] | None) -> bool:
    """Tell whether a client that reads ``readable`` (``None`` for all) reads all that ``email`` and ``phone`` give."""
    needed = (name for granted in scope.split() for name in _OF_SCOPE.get(granted, ()))
    return readable is None or all(name in readable for name in needed)


def gives_id_token(scope: str) -> bool:
    """Tell whether an ID token comes with tokens of ``scope``."""
    return OPENID in scope.split()
