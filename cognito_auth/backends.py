"""Django's own log-in: the admin site and ``django.contrib.auth`` views.

Signs in people of the default pool (or of a pool passed to ``authenticate``), behind the same lock
as the API, and gives them the Django permissions of their groups. Django's forms ask for a password and no more,
so people who need a second factor log in by the pages (``site_login``) instead.
"""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from cognito_auth.choices import AuthEventResponse, AuthEventType, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import auth_events, first_factors, user_names
from cognito_auth.services.request_origin import RequestOrigin, address_behind_proxies
from cognito_auth.services.sign_in import password_check


class CognitoBackend(ModelBackend):
    """Checks a password against a pool."""

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        pool: UserPool | None = None,
        **kwargs: Any,
    ) -> AbstractCognitoUser | None:
        """Return the confirmed user of ``pool`` with this name and password, or ``None``; nobody who needs more."""
        if not username or password is None:
            return None
        pool = pool or UserPool.objects.get_default()
        now = timezone.now()
        user = user_names.find(pool, username)
        origin = _origin_of(request)
        try:
            signed_in = password_check.check(pool, user, username, password, hides_users=True, now=now)
        except CognitoError as error:
            auth_events.record_refusal(AuthEventType.SIGN_IN, error, pool=pool, user=user, origin=origin, now=now)
            return None
        # A temporary password has to be changed before it opens anything.
        if signed_in.status != UserStatus.CONFIRMED:
            return None
        is_proved = not first_factors.is_mfa_due(signed_in)
        response = AuthEventResponse.PASS if is_proved else AuthEventResponse.IN_PROGRESS
        auth_events.record(AuthEventType.SIGN_IN, response, pool=pool, user=signed_in, origin=origin, now=now)
        return signed_in if is_proved else None

    def _get_group_permissions(self, user_obj: Any) -> QuerySet[Permission]:
        # Django's groups and the pool's groups both carry permissions.
        permissions: QuerySet[Permission] = super()._get_group_permissions(user_obj)  # type: ignore[misc]
        return permissions | Permission.objects.filter(pk__in=user_obj.pool_group_permissions.values("pk"))


def _origin_of(request: HttpRequest | None) -> RequestOrigin:
    if request is None:
        return RequestOrigin()
    meta = request.META
    return RequestOrigin(
        ip_address=address_behind_proxies(meta.get("REMOTE_ADDR"), forwarded_for=meta.get("HTTP_X_FORWARDED_FOR", "")),
        user_agent=meta.get("HTTP_USER_AGENT", ""),
    )
