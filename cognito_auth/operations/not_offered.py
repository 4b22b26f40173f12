"""Operations of the API that are answered by a refusal, each with its reason.

Together with the registered functions this table covers the whole service model; a test sees to it
that no operation is in both or in neither. Whoever implements one removes its row.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError

if TYPE_CHECKING:
    from cognito_auth.operations.registry import Operation

_REPLICAS = "replicas are AWS regions; replicate the database instead."
_LIMITS = "provisioned limits are bought from AWS; set THROTTLE_RATES instead."
_RECOVERY = "point-in-time recovery is a service of AWS; back up and restore the database instead."
_CLIENT_METADATA = (
    "clients cannot register themselves by a metadata document; make each with CreateUserPoolClient instead."
)

REASONS: Mapping[str, str] = {
    "CancelPointInTimeRecovery": _RECOVERY,
    "CreateCIMDPolicy": _CLIENT_METADATA,
    "CreateUserPoolReplica": _REPLICAS,
    "DeleteCIMDPolicy": _CLIENT_METADATA,
    "DeleteUserPoolReplica": _REPLICAS,
    "DescribeCIMDPolicy": _CLIENT_METADATA,
    "DescribePointInTimeRecovery": _RECOVERY,
    "GetProvisionedLimit": _LIMITS,
    "InitiatePointInTimeRecovery": _RECOVERY,
    "ListCIMDPolicies": _CLIENT_METADATA,
    "ListClientMetadataURLs": _CLIENT_METADATA,
    "ListPointInTimeRecoveries": _RECOVERY,
    "ListUserPoolReplicas": _REPLICAS,
    "StartPointInTimeRecovery": _RECOVERY,
    "UpdateCIMDPolicy": _CLIENT_METADATA,
    "UpdateClientMetadataURLState": _CLIENT_METADATA,
    "UpdateProvisionedLimit": _LIMITS,
    "UpdateUserPoolReplica": _REPLICAS,
}


def refusal(operation: "Operation") -> CognitoError:
    """Return the exception that answers an operation of the table.

    ``OperationNotEnabledException`` where the operation declares it, else ``InvalidParameterException``.
    """
    declares = "OperationNotEnabledException" in operation.model["errors"]
    reason = reasons.UNSUPPORTED_HERE if declares else reasons.UNSUPPORTED_PARAMETER
    return reason(operation=operation.name, why=REASONS[operation.name])
