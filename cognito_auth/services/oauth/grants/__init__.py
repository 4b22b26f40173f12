"""What the token endpoint gives, by ``grant_type``: one file for each.

A grant is a class with a ``name`` and :meth:`Grant.exchange`; listed here, it is served and discovered.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cognito_auth.models import UserPoolClient
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin


@dataclass(frozen=True, slots=True, repr=False)
class TokenRequest:
    """A form that was posted to the token endpoint by ``client``, which has proved itself."""

    client: UserPoolClient
    fields: Mapping[str, str]
    origin: RequestOrigin
    now: datetime.datetime

    def required(self, name: str) -> str:
        """Return a field.

        Raises:
            OAuthError: it is missing.
        """
        value = self.fields.get(name, "")
        if not value:
            raise OAuthError(errors.INVALID_REQUEST, f"{name} is missing.", shown=False)
        return value


class Grant(Protocol):
    """One value of ``grant_type``."""

    name: str

    def exchange(self, request: TokenRequest) -> Mapping[str, str | int]:
        """Return the members of the answer.

        Raises:
            OAuthError: refused.
            TriggerError: the pre token generation trigger refused or failed.
        """
        ...
