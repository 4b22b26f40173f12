"""What the token of a request must say."""

import pytest
from rest_framework.permissions import BasePermission, IsAuthenticated

from cognito_auth.rest_framework.permissions import HasScope, InGroup, TokenUse
from cognito_auth.services.tokens.issue import Authorization
from tests.factories import GroupMembershipFactory, UserPoolGroupFactory

pytestmark = pytest.mark.django_db


class Nobody(BasePermission):
    """Lets nobody in."""

    def has_permission(self, request, view):
        return False


@pytest.fixture
def bearer(sign_in, user):
    GroupMembershipFactory(user=user, group=UserPoolGroupFactory(pool=user.pool, name="premium"))
    return f"Bearer {sign_in(authorization=Authorization('openid shop/orders.read')).access_token}"


class TestHasScope:
    def test_lets_in_who_has_any_of_the_scopes(self, ask, bearer):
        assert ask(bearer, permission_classes=[HasScope("shop/orders.write", "shop/orders.read")]).status == 200

    def test_refuses_others_as_rfc_6750_says(self, ask, bearer):
        answer = ask(bearer, permission_classes=[HasScope("shop/b", "shop/a")])

        assert answer.status == 403
        assert answer.challenge == (
            'Bearer realm="api", error="insufficient_scope",'
            ' error_description="The token lacks a required scope", scope="shop/a shop/b"'
        )

    def test_asks_for_a_token_first(self, ask):
        answer = ask(permission_classes=[HasScope("shop/a")])

        assert (answer.status, answer.challenge) == (401, 'Bearer realm="api"')

    def test_does_not_take_a_part_of_a_scope(self, ask, bearer):
        for scope in ("shop/orders", "shop/orders.read openid", "SHOP/ORDERS.READ"):
            assert ask(bearer, permission_classes=[HasScope(scope)]).status == 403

    def test_needs_a_name(self):
        with pytest.raises(TypeError, match="HasScope"):
            HasScope()


class TestInGroup:
    def test_lets_members_in(self, ask, bearer):
        assert ask(bearer, permission_classes=[InGroup("admin", "premium")]).status == 200

    def test_refuses_others(self, ask, bearer):
        answer = ask(bearer, permission_classes=[InGroup("admin")])

        assert answer.status == 403
        assert answer.data["detail"] == "You are not in a group that may do this."

    def test_asks_for_a_token_first(self, ask):
        assert ask(permission_classes=[InGroup("admin")]).status == 401


class TestTokenUse:
    def test_wants_the_kind(self, ask, sign_in):
        issued = sign_in()
        options = {"cognito_token_use": ("id", "access"), "permission_classes": [TokenUse("id")]}

        assert ask(f"Bearer {issued.id_token}", **options).status == 200
        assert ask(f"Bearer {issued.access_token}", **options).status == 403


YES, NO = HasScope("openid"), HasScope("none")


class TestCombination:
    @pytest.mark.parametrize(
        ("permission", "status"),
        [
            (NO | InGroup("premium"), 200),
            (InGroup("premium") | NO, 200),
            (NO | YES, 200),
            (NO | InGroup("admin"), 403),
            (YES & InGroup("premium"), 200),
            (YES & NO, 403),
            (NO & YES | InGroup("premium"), 200),
            (~NO, 200),
            (~YES, 403),
            (~InGroup("premium"), 403),
            (IsAuthenticated & YES, 200),
            (IsAuthenticated & NO, 403),
            (Nobody | YES, 200),
            (YES | Nobody, 200),
            (NO | IsAuthenticated, 200),
        ],
    )
    def test_lets_in_whom_it_should(self, ask, bearer, permission, status):
        assert ask(bearer, permission_classes=[permission]).status == status

    def test_is_readable(self):
        assert repr(HasScope("b", "a")) == "HasScope('a', 'b')"
