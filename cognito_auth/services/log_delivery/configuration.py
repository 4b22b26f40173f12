"""What a pool delivers where. Source: AWS API_SetLogDeliveryConfiguration."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.models import LogDeliveryConfiguration, UserPool

USER_NOTIFICATION = "userNotification"
USER_AUTH_EVENTS = "userAuthEvents"
_LEVELS: Mapping[str, str] = {USER_NOTIFICATION: "ERROR", USER_AUTH_EVENTS: "INFO"}
# Destination → its ARN's member, and what its ARN begins with after "arn:<partition>:".
_DESTINATIONS: Mapping[str, tuple[str, str]] = {
    "CloudWatchLogsConfiguration": ("LogGroupArn", "logs:"),
    "S3Configuration": ("BucketArn", "s3:"),
    "FirehoseConfiguration": ("StreamArn", "firehose:"),
}
_ONLY_DESTINATION: Mapping[str, str] = {USER_NOTIFICATION: "CloudWatchLogsConfiguration"}


def of(pool: UserPool) -> list[dict[str, Any]]:
    """Return the API's LogConfigurations as they were set; empty if nothing is delivered."""
    row = LogDeliveryConfiguration.objects.filter(pool=pool).first()
    return [] if row is None else list(row.configurations)


def set_for(pool: UserPool, configurations: Sequence[Mapping[str, Any]]) -> None:
    """Replace what the pool delivers; an empty list ends it.

    Raises:
        InvalidParameterException: a level, destination or ARN that does not go with the events.
        FeatureUnavailableInTierException: authentication events of a strict pool below the PLUS tier.
        ResourceNotFoundException: the pool was deleted meanwhile.
    """
    for configuration in configurations:
        _check(configuration)
    sources = [configuration["EventSource"] for configuration in configurations]
    if len(set(sources)) < len(sources):
        raise reasons.INVALID_PARAMETER(problem="LogConfigurations must not have the same EventSource twice.")
    if pool.strict and USER_AUTH_EVENTS in sources and pool.tier != "PLUS":
        raise reasons.FEATURE_UNAVAILABLE(feature="Delivery of userAuthEvents below the PLUS tier")
    with transaction.atomic():
        # The pool's row says whether there is anything: both change together.
        if not UserPool.objects.filter(pk=pool.pk).update(delivers_logs=bool(configurations)):
            raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk)
        values = [dict(configuration) for configuration in configurations]
        LogDeliveryConfiguration.objects.update_or_create(pool_id=pool.pk, defaults={"configurations": values})
    pool.delivers_logs = bool(configurations)


def _check(configuration: Mapping[str, Any]) -> None:
    source, level = configuration["EventSource"], configuration["LogLevel"]
    if level != _LEVELS[source]:
        raise reasons.INVALID_PARAMETER(problem=f"LogLevel of {source} must be {_LEVELS[source]}.")
    given = [name for name in _DESTINATIONS if name in configuration]
    if len(given) != 1:
        raise reasons.INVALID_PARAMETER(problem=f"{source} must have exactly one destination.")
    only = _ONLY_DESTINATION.get(source)
    if only is not None and given != [only]:
        raise reasons.INVALID_PARAMETER(problem=f"The destination of {source} must be {only}.")
    member, service = _DESTINATIONS[given[0]]
    arn = configuration[given[0]].get(member)
    if not arn:
        raise reasons.INVALID_PARAMETER(problem=f"{given[0]} must have {member}.")
    if not arn.split(":", 2)[2].startswith(service):
        raise reasons.INVALID_PARAMETER(problem=f"{member} is not an ARN of {service.removesuffix(':')}.")


def arn_of(pool_id: str, source: str) -> str | None:
    """Return the ARN to which events of ``source`` go, or ``None``."""
    found = LogDeliveryConfiguration.objects.filter(pool_id=pool_id).values_list("configurations", flat=True).first()
    for configuration in found or ():
        if configuration.get("EventSource") == source:
            return next(
                (
                    str(configuration[name][member])
                    for name, (member, _) in _DESTINATIONS.items()
                    if name in configuration
                ),
                None,
            )
    return None
