"""SetLogDeliveryConfiguration, GetLogDeliveryConfiguration."""

from typing import Any

from cognito_auth.models import UserPool
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    GetLogDeliveryConfigurationRequest,
    GetLogDeliveryConfigurationResponse,
    LogDeliveryConfigurationType,
    SetLogDeliveryConfigurationRequest,
    SetLogDeliveryConfigurationResponse,
)
from cognito_auth.services.log_delivery import configuration


@operation("SetLogDeliveryConfiguration")
def set_log_delivery_configuration(
    request: SetLogDeliveryConfigurationRequest, call: Call
) -> SetLogDeliveryConfigurationResponse:
    """Say which events of a pool go where; an empty list ends it.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a level, destination or ARN that does not go with the events.
        FeatureUnavailableInTierException: authentication events of a strict pool below the PLUS tier.
    Source: AWS API_SetLogDeliveryConfiguration.
    """
    pool = lookups.user_pool_of(request)
    configurations: list[Any] = list(request["LogConfigurations"])
    configuration.set_for(pool, configurations)
    return {"LogDeliveryConfiguration": _log_delivery_configuration_type(pool)}


@operation("GetLogDeliveryConfiguration")
def get_log_delivery_configuration(
    request: GetLogDeliveryConfigurationRequest, call: Call
) -> GetLogDeliveryConfigurationResponse:
    """Return which events of a pool go where.

    Raises:
        ResourceNotFoundException: no such pool.
    Source: AWS API_GetLogDeliveryConfiguration.
    """
    return {"LogDeliveryConfiguration": _log_delivery_configuration_type(lookups.user_pool_of(request))}


def _log_delivery_configuration_type(pool: UserPool) -> LogDeliveryConfigurationType:
    configurations: list[Any] = configuration.of(pool)
    return {"UserPoolId": pool.pk, "LogConfigurations": configurations}
