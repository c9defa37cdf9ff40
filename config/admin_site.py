"""Django's admin behind our own door: for administrators, and read-only but for what our actions do."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User

MOST_LISTED = 10_000
"""More than this is not counted, and not paged through: our own lists are for that."""
COLUMNS = 6
HIDDEN = {"password", "ciphertext", "session_key", "token_sha256", "salt", "search"}
"""Columns that nobody needs to look at, and that lead further than they should."""
PAGES = {"index", "jsi18n", "app_list"}
LISTED = (
    models.CharField,
    models.IntegerField,
    models.BooleanField,
    models.DateTimeField,
    models.UUIDField,
    models.FloatField,
)


class HouseSite(admin.AdminSite):
    """The admin of this deployment."""

    site_header = _("Arete, all tables")
    site_title = "Arete"
    index_title = _("All tables")
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Let administrators in; the middleware has asked for their second factor before."""
        return isinstance(request.user, User) and request.user.has_role(Role.ADMINISTRATORS)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Send strangers to the door, and tell everybody else that there is nothing."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            answer: HttpResponseBase = inner(request, *args, **kwargs)
            return answer

        return guarded

    def get_urls(self) -> list[Any]:
        """Return its pages without those that have their place elsewhere: signing in and out, and passwords."""
        return [each for each in super().get_urls() if isinstance(each, URLResolver) or each.name in PAGES]


class Listed(Paginator):  # type: ignore[type-arg]  # At run time it takes none.
    """Pages of a table that may be long: nobody waits for all of it to be counted."""

    @property
    def count(self) -> int:
        """How many rows there are, or that there are many."""
        rows: Any = self.object_list
        return len(rows.values_list("pk")[:MOST_LISTED])


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # At run time it takes none.
    """A table to look at."""

    paginator = Listed
    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds a row by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits a row by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody takes a row away by hand."""
        return False

    def get_list_display(self, request: HttpRequest) -> list[str | Callable[[Any], str | bool]]:
        """Return the first few columns that are short."""
        if self.list_display != ("__str__",):
            return list(self.list_display)
        fields = [each for each in self.model._meta.concrete_fields if isinstance(each, LISTED)]
        short: list[str | Callable[[Any], str | bool]] = []
        short += [each.name for each in fields if each.name not in HIDDEN and not each.is_relation]
        return short[:COLUMNS]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return what is not shown."""
        return [each.name for each in self.model._meta.concrete_fields if each.name in HIDDEN]

    def get_urls(self) -> list[URLPattern]:
        """Return the list and the row, and a form where rows may be added."""
        kept = ("_changelist", "_change", "_add") if self.may_add else ("_changelist", "_change")
        return [each for each in super().get_urls() if each.name and each.name.endswith(kept)]

    may_add = False
