"""The filter that keeps a list inside one pool.

Every index of the large tables begins with the pool, so a list over all pools could not be paged by
one. Without a choice the list shows the first pool that is not the one of staff.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cognito_auth.models import UserPool

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList
    from django.http import HttpRequest

POOL_VAR = "pool"
_MAX_CHOICES = 200


def selected_pool_id(request: "HttpRequest") -> str | None:
    """Return the id of the pool that the list shows; ``None`` while there is no pool at all."""
    given = request.GET.get(POOL_VAR, "").replace("\x00", "")
    if given:
        return given
    found: str | None = UserPool.objects.order_by("is_default", "pk").values_list("pk", flat=True).first()
    return found


class PoolFilter(admin.SimpleListFilter):
    """Shows one pool at a time; there is no "all"."""

    title = _("user pool")
    parameter_name = POOL_VAR

    def __init__(self, request: "HttpRequest", params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        choices: list[tuple[str, Any]] = self.lookup_choices
        self.selected = self.value() or (choices[0][0] if choices else None)

    def value(self) -> str | None:
        """Return the pool in the address, without NUL: PostgreSQL takes none, and no id has one."""
        given = super().value()
        return given.replace("\x00", "") if given else given

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """Return the pools, that of staff last."""
        pools = UserPool.objects.order_by("is_default", "pk").only("pk", "name")[:_MAX_CHOICES]
        return [(pool.pk, str(pool)) for pool in pools]

    def queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow to the selected pool."""
        return queryset.filter(pool_id=self.selected) if self.selected else queryset.none()

    def choices(self, changelist: "ChangeList") -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """Offer each pool."""
        for pool_id, title in self.lookup_choices:
            yield {
                "selected": pool_id == self.selected,
                "query_string": changelist.get_query_string({POOL_VAR: pool_id}),
                "display": title,
            }


class InPoolFilter(PoolFilter):
    """Narrows a small list to one pool when one is chosen."""

    def queryset(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """Narrow to the chosen pool, if any."""
        return queryset.filter(pool_id=self.value()) if self.value() else queryset

    def choices(self, changelist: "ChangeList") -> Iterator[dict[str, Any]]:  # type: ignore[override]
        """Offer all pools together, then each."""
        yield {
            "selected": not self.value(),
            "query_string": changelist.get_query_string(remove=[POOL_VAR]),
            "display": _("All"),
        }
        for choice in super().choices(changelist):
            yield {**choice, "selected": bool(self.value()) and choice["selected"]}
