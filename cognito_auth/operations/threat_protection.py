"""Risk configurations, authentication events, and feedback about them."""

from typing import Any

from cognito_auth.choices import AuthEventType
from cognito_auth.models import AuthEvent
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AdminListUserAuthEventsRequest,
    AdminListUserAuthEventsResponse,
    AdminUpdateAuthEventFeedbackRequest,
    AdminUpdateAuthEventFeedbackResponse,
    DescribeRiskConfigurationRequest,
    DescribeRiskConfigurationResponse,
    SetRiskConfigurationRequest,
    SetRiskConfigurationResponse,
    UpdateAuthEventFeedbackRequest,
    UpdateAuthEventFeedbackResponse,
)
from cognito_auth.services import paging
from cognito_auth.services.risk import configuration, feedback

_SECTIONS = (
    "CompromisedCredentialsRiskConfiguration",
    "AccountTakeoverRiskConfiguration",
    "RiskExceptionConfiguration",
)
_DEFAULT_PAGE = 60
# Others of ours are no events of the API.
_LISTED = (
    AuthEventType.SIGN_IN,
    AuthEventType.SIGN_UP,
    AuthEventType.FORGOT_PASSWORD,
    AuthEventType.PASSWORD_CHANGE,
    AuthEventType.RESEND_CODE,
)


@operation("SetRiskConfiguration")
def set_risk_configuration(request: SetRiskConfigurationRequest, call: Call) -> SetRiskConfigurationResponse:
    """Set what a pool, or one of its clients, does about risks; without any section, forget it.

    Raises:
        ResourceNotFoundException: no such pool or client.
        UserPoolAddOnNotEnabledException: threat protection is off.
        InvalidParameterException: no range of addresses, or no address to send from.
    Source: AWS API_SetRiskConfiguration.
    """
    pool = lookups.user_pool_of(request)
    client = lookups.client_of(request, pool) if request.get("ClientId") else None
    sections: dict[str, Any] = {name: value for name, value in request.items() if name in _SECTIONS}
    row = configuration.set_to(pool, client, sections, now=call.now)
    return {"RiskConfiguration": representations.risk_configuration_type(pool, client, row)}


@operation("DescribeRiskConfiguration")
def describe_risk_configuration(
    request: DescribeRiskConfigurationRequest, call: Call
) -> DescribeRiskConfigurationResponse:
    """Show what was set for a pool or client.

    Raises:
        ResourceNotFoundException: no such pool or client.
        UserPoolAddOnNotEnabledException: threat protection is off.
    Source: AWS API_DescribeRiskConfiguration.
    """
    pool = lookups.user_pool_of(request)
    client = lookups.client_of(request, pool) if request.get("ClientId") else None
    configuration.check_enabled(pool)
    row = configuration.stored(pool, client)
    return {"RiskConfiguration": representations.risk_configuration_type(pool, client, row)}


@operation("AdminListUserAuthEvents")
def admin_list_user_auth_events(request: AdminListUserAuthEventsRequest, call: Call) -> AdminListUserAuthEventsResponse:
    """List a user's events, the newest first.

    Raises:
        ResourceNotFoundException: no such pool.
        UserNotFoundException: no such user in the pool.
        UserPoolAddOnNotEnabledException: threat protection is off, in a strict pool.
        InvalidParameterException: the token is not good.
    Source: AWS API_AdminListUserAuthEvents.
    """
    pool = lookups.user_pool_of(request)
    if pool.strict:
        configuration.check_enabled(pool)
    user = lookups.user_of(pool, request)
    page = paging.by_key(
        AuthEvent.objects.filter(user_id=user.pk, type__in=_LISTED),
        ("created_at", "id"),
        limit=request.get("MaxResults") or _DEFAULT_PAGE,
        token=request.get("NextToken"),
        scope=paging.scope_of("AdminListUserAuthEvents", {"user": user.pk}),
        now=call.now,
        to_json=str,
        newest_first=True,
    )
    response: AdminListUserAuthEventsResponse = {
        "AuthEvents": [representations.auth_event_type(event) for event in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("AdminUpdateAuthEventFeedback")
def admin_update_auth_event_feedback(
    request: AdminUpdateAuthEventFeedbackRequest, call: Call
) -> AdminUpdateAuthEventFeedbackResponse:
    """Say whether an event was the user's.

    Raises:
        ResourceNotFoundException: no such pool or event.
        UserNotFoundException: no such user in the pool.
        UserPoolAddOnNotEnabledException: threat protection is off.
    Source: AWS API_AdminUpdateAuthEventFeedback.
    """
    pool = lookups.user_pool_of(request)
    configuration.check_enabled(pool)
    user = lookups.user_of(pool, request)
    feedback.give(user, request["EventId"], value=request["FeedbackValue"], now=call.now)
    return {}


@operation("UpdateAuthEventFeedback")
def update_auth_event_feedback(request: UpdateAuthEventFeedbackRequest, call: Call) -> UpdateAuthEventFeedbackResponse:
    """Say whether an event was one's own, with the token made for it.

    Raises:
        ResourceNotFoundException: no such pool or event.
        NotAuthorizedException: the token is not of the event, too old or used.
        UserNotFoundException: no such user in the pool.
        UserPoolAddOnNotEnabledException: threat protection is off.
    Source: AWS API_UpdateAuthEventFeedback.
    """
    pool = lookups.user_pool_of(request)
    configuration.check_enabled(pool)
    # Before the name is looked up: nobody finds out who exists.
    feedback.check_token(request["EventId"], request["FeedbackToken"], now=call.now)
    user = lookups.user_of(pool, request)
    feedback.give_by_token(
        request["EventId"], request["FeedbackToken"], value=request["FeedbackValue"], user=user, now=call.now
    )
    return {}
