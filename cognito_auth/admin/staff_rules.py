"""Which members of staff may touch what: nobody gains rights by editing accounts.

Django's permissions say who may change users or groups at all. On top of them, only superusers

- change accounts of staff and superusers (else a new password or e-mail address would take one over),
- give staff status, superuser status and Django permissions,
- manage access keys, which can do through the API what the admin site refuses.

Others may put people into groups only if the group grants nothing that they lack themselves.
"""

from typing import TYPE_CHECKING, Any

from cognito_auth.models import AbstractCognitoUser, UserPoolGroup

if TYPE_CHECKING:
    from django.http import HttpRequest


def is_superuser(request: "HttpRequest") -> bool:
    """Tell whether an active superuser sends the request."""
    user: Any = request.user
    return bool(user.is_active and user.is_superuser)


def may_manage(request: "HttpRequest", user: AbstractCognitoUser) -> bool:
    """Tell whether the account is not above those that the requester may change."""
    return is_superuser(request) or not (user.is_staff or user.is_superuser)


def may_grant(request: "HttpRequest", group: UserPoolGroup) -> bool:
    """Tell whether the requester has every Django permission that members of ``group`` get."""
    if is_superuser(request):
        return True
    granted = group.permissions.values_list("content_type__app_label", "codename")
    return all(request.user.has_perm(f"{app_label}.{codename}") for app_label, codename in granted)
