"""The record of administrative calls: one row for each, also for a refused one.

What is recorded is who called what, for which target and how it ended, never a value of the request
beside the names of its target. A call whose signature is missing or wrong has no caller to name, so
it leaves no row: else anybody could fill the table.

Python code of the project may read the database without any operation, so its reads (in-process client,
``cognito_call``) are not recorded; its changes are.
"""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError, InternalErrorException
from cognito_auth.models import AuditEvent
from cognito_auth.models.cursors import alias_for_write
from cognito_auth.models.statements import CompiledInsert, execute_together
from cognito_auth.operations import authorization
from cognito_auth.operations.call import TRUSTED, Call
from cognito_auth.services import auth_events

_INSERT = CompiledInsert(lambda: AuditEvent)
_READ = re.compile(r"(?:Admin)?(?:Describe|Get|List)")
# It issues tokens.
_NO_READS = frozenset({"GetDerivedToken"})
# The members that name what a call is about, the most particular first. Source: AWS CloudTrail, "resources".
_TARGETS = (
    "Username",
    "GroupName",
    "ProviderName",
    "IdpIdentifier",
    "Identifier",
    "Domain",
    "JobId",
    "TermsId",
    "ManagedLoginBrandingId",
    "ClientId",
    "ResourceArn",
    "PoolName",
)
_POOL_ID_LENGTH = 55


def record(name: str, payload: Any, call: Call, error: Exception | None = None) -> None:
    """Write the row of a call of the signed operation ``name``; ``payload`` may be anything.

    One statement. Call it outside the transaction that a refusal rolls back.
    """
    principal = call.principal
    if principal is None or not _is_recorded(name, is_trusted=principal is TRUSTED):
        return
    if transaction.get_connection(alias_for_write()).needs_rollback:
        # The transaction of a caller that has failed: it takes no row, and will leave none.
        return
    request = payload if isinstance(payload, Mapping) else {}
    code, reason = _outcome(error)
    row = {
        "id": uuid.uuid4(),
        "created_at": call.now,
        "operation": name,
        "pool_id": _pool_id(request),
        "target": _target(request),
        "error": code,
        "reason": reason,
        "principal": auth_events.printable(principal.name),
        "access_key_id": principal.key_id,
        "owner_id": principal.owner_id,
        "owner_name": auth_events.printable(principal.owner_name),
        "ip_address": call.origin.ip_address,
        "user_agent": auth_events.printable(call.origin.user_agent),
        "request_id": call.request_id,
    }
    execute_together([_INSERT.row(row)])


def _is_recorded(name: str, *, is_trusted: bool) -> bool:
    is_read = _READ.match(name) is not None and name not in _NO_READS
    return not is_read or (settings.audit_reads and not is_trusted)


def _outcome(error: Exception | None) -> tuple[str, str]:
    """Return the code of an error and the id of its reason."""
    if error is None:
        return "", ""
    if not isinstance(error, CognitoError):
        return InternalErrorException.__name__, ""
    return error.code, error.reason.id if error.reason else ""


def _pool_id(request: Mapping[str, Any]) -> str:
    found = request.get("UserPoolId")
    if not isinstance(found, str):
        arn = request.get("ResourceArn")
        found = authorization.pool_id_in(arn) if isinstance(arn, str) else None
    return auth_events.printable(found or "")[:_POOL_ID_LENGTH]


def _target(request: Mapping[str, Any]) -> str:
    for member in _TARGETS:
        value = request.get(member)
        if isinstance(value, str):
            return auth_events.printable(value)
    parameters = request.get("AuthParameters") or request.get("ChallengeResponses")
    username = parameters.get("USERNAME") if isinstance(parameters, Mapping) else None
    return auth_events.printable(username) if isinstance(username, str) else ""
