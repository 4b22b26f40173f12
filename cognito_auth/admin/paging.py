"""Lists that stay fast with millions of rows: paged by key, never counted, never skipped through.

A page is found by the key of the row before it (``?after=…``), so the hundredth costs what the first
does. Django's own change list counts the whole table twice and pages by OFFSET.
"""

import functools
import json
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

AFTER_VAR = "after"
BEFORE_VAR = "before"
PAGE_VARS = (AFTER_VAR, BEFORE_VAR)
_AUTOCOMPLETE_LIMIT = 200


class Page:
    """One page of a queryset, with the cursors of its neighbours.

    Attributes:
        rows: the objects.
        next_cursor, previous_cursor: values for ``after`` and ``before``; empty at the ends.
        is_first: whether the newest (or first) row is on it.
    """

    def __init__(self, rows: list[Any], *, next_cursor: str, previous_cursor: str) -> None:
        self.rows = rows
        self.next_cursor = next_cursor
        self.previous_cursor = previous_cursor
        self.is_first = not previous_cursor


def page_of(queryset: "QuerySet[Any]", order: Sequence[str], params: Mapping[str, str], *, size: int) -> Page:
    """Return the page that ``params`` asks for; a cursor that cannot be read gives the first one.

    ``order`` are field names of ``queryset``, all with or all without ``-``, that together are unique
    and lie in one index.
    """
    before = _decode(queryset.model, order, params.get(BEFORE_VAR, ""))
    after = None if before else _decode(queryset.model, order, params.get(AFTER_VAR, ""))
    backwards = before is not None
    directed = [_reversed(name) for name in order] if backwards else list(order)
    cursor = before if backwards else after
    selected = queryset.order_by(*directed)
    if cursor is not None:
        selected = selected.filter(_beyond(directed, cursor))
    rows = list(selected[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, has_more) if backwards else (has_more, after is not None)
    return Page(
        rows,
        next_cursor=_encode(rows[-1], order) if rows and has_next else "",
        previous_cursor=_encode(rows[0], order) if rows and has_previous else "",
    )


def _reversed(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Return the condition for rows after ``values``; the bound on the first column lets an index serve it."""
    comparison = "lt" if order[0].startswith("-") else "gt"
    names = [name.removeprefix("-") for name in order]
    alternatives = []
    for position, name in enumerate(names):
        equal = Q(**dict(zip(names[:position], values[:position], strict=True)))
        alternatives.append(equal & Q(**{f"{name}__{comparison}": values[position]}))
    first_bound = Q(**{f"{names[0]}__{comparison}e": values[0]})
    return first_bound & functools.reduce(operator.or_, alternatives)


def _encode(row: Model, order: Sequence[str]) -> str:
    fields = [row._meta.get_field(name.removeprefix("-")) for name in order]
    return json.dumps([field.value_to_string(row) for field in fields])  # type: ignore[union-attr]


def _decode(model: type[Model], order: Sequence[str], cursor: str) -> list[Any] | None:
    fields = [model._meta.get_field(name.removeprefix("-")) for name in order]
    try:
        texts = json.loads(cursor)
        if not all(isinstance(text, str) and "\x00" not in text for text in texts):
            return None
        return [field.to_python(text) for field, text in zip(fields, texts, strict=True)]  # type: ignore[union-attr]
    except (ValueError, TypeError, OverflowError, ValidationError, RecursionError):
        return None


class KeysetChangeList(ChangeList):
    """A change list whose pages are found by key.

    The model admin names the order in ``keyset``; columns cannot be sorted, since no index would
    serve it.
    """

    is_keyset = True

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Leave the cursors out of the filters."""
        found: dict[str, Any] = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in PAGE_VARS}

    def get_query_string(self, new_params: Mapping[str, Any] | None = None, remove: Iterable[str] | None = None) -> str:
        """Start over at the first page whenever a filter changes."""
        query: str = super().get_query_string(dict.fromkeys(PAGE_VARS) | dict(new_params or {}), remove)
        return query

    def get_ordering(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> list[Any]:
        """Return the one order in which this list is paged."""
        return list(self.model_admin.keyset)  # type: ignore[attr-defined]

    def get_results(self, request: "HttpRequest") -> None:
        """Read one page; count nothing beyond it."""
        self.params = {name: value for name, value in self.params.items() if name not in PAGE_VARS}
        page = page_of(self.queryset, self.model_admin.keyset, request.GET, size=self.list_per_page)  # type: ignore[attr-defined]
        self.page = page
        self.result_list = page.rows
        # Equal counts hide "select all n of m" and the total, which nobody counted.
        self.result_count = self.full_result_count = len(page.rows)
        self.show_full_result_count = False
        self.show_admin_actions = bool(page.rows)
        self.can_show_all = False
        self.multi_page = False
        self.paginator = Paginator(page.rows, self.list_per_page)

    @property
    def next_url(self) -> str:
        """Link to the following page, empty on the last."""
        return self.get_query_string({AFTER_VAR: self.page.next_cursor}) if self.page.next_cursor else ""

    @property
    def previous_url(self) -> str:
        """Link to the page before, empty on the first."""
        return self.get_query_string({BEFORE_VAR: self.page.previous_cursor}) if self.page.previous_cursor else ""


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages through the first few hundred rows only; for the autocomplete boxes, where one types on."""

    def __init__(self, object_list: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(object_list[:_AUTOCOMPLETE_LIMIT], *args, **kwargs)


class KeysetModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A model admin whose list is paged by key.

    Attributes:
        keyset: the order of the list; see :func:`page_of`.
    """

    keyset: Sequence[str] = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    show_full_result_count = False
    paginator = BoundedPaginator

    def get_ordering(self, request: "HttpRequest") -> list[Any]:
        """Order other lists of these rows, such as autocomplete boxes, in the same way."""
        return list(self.keyset)

    def get_changelist(self, request: "HttpRequest", **kwargs: Any) -> type[ChangeList]:
        """Page by key."""
        return KeysetChangeList

    def response_action(self, request: "HttpRequest", queryset: "QuerySet[Any]") -> "HttpResponse | None":  # type: ignore[override]
        """Act on the rows that were ticked; "all of the list" could be millions."""
        posted = request.POST.copy()
        posted["select_across"] = "0"
        request.POST = posted  # type: ignore[assignment]
        response: HttpResponse | None = super().response_action(request, queryset)
        return response
