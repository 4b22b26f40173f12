"""Protected views, as a project would write them."""

import uuid
from typing import Any

from django.contrib.auth import get_user_model
from django.shortcuts import get_object_or_404
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cognito_auth.rest_framework.permissions import HasScope, InGroup

ANY_TOKEN = ("access", "id")


class WhoAmI(APIView):
    """Shows the claims of any valid token, also one of a machine."""

    cognito_token_use = ANY_TOKEN
    cognito_accepts_machines = True
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        """Return the claims."""
        return Response(dict(request.auth))


class UserDetail(APIView):
    """Shows a person to themself, and to the group ``admin`` of their pool."""

    cognito_token_use = ANY_TOKEN
    permission_classes = [IsAuthenticated]

    def get(self, request: Request, sub: uuid.UUID) -> Response:
        """Return who it is; others than ``admin`` do not learn whether there is anybody."""
        token = request.auth
        if token.sub == str(sub):
            return Response(_person(request.user, sub))
        if "admin" not in token.groups:
            self.permission_denied(request, message="This is not you, and you are not in the group admin.")
        # A pool at AWS has no rows here, so its administrators find nobody.
        pool_id = token.pool_id if token.is_own else None
        return Response(_person(get_object_or_404(get_user_model(), pool_id=pool_id, sub=sub), sub))


class Premium(APIView):
    """Lets two groups in."""

    cognito_token_use = ANY_TOKEN
    permission_classes = [InGroup("premium", "admin")]

    def get(self, request: Request) -> Response:
        """Return a greeting."""
        return Response({"message": f"Welcome, {request.user}.", "groups": list(request.auth.groups)})


class Orders(APIView):
    """Lets access tokens with a scope in, whether they stand for a person or a machine."""

    cognito_accepts_machines = True
    permission_classes = [HasScope("shop/orders.read")]

    def get(self, request: Request) -> Response:
        """Return made-up orders."""
        return Response({"orders": [{"number": 1, "total": "12.50"}, {"number": 2, "total": "8.00"}]})


def _person(user: Any, sub: uuid.UUID) -> dict[str, Any]:
    """Describe a user, or what a token of a pool without rows tells of one."""
    names = ("username", "email", "email_verified", "given_name", "family_name", "status")
    # The sub asked for: an account that was made for a pool at AWS has one of its own.
    return {"sub": str(sub)} | {name: getattr(user, name) for name in names if getattr(user, name, None) is not None}
