"""Which tables stand in Django's admin: all of ours, to look at; what may be done there, our actions do."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from config.admin_site import ReadOnly
from curation.actions.cells import SlugTaken, add_domain, change_domain
from curation.actions.traits import NameTaken, create_trait
from curation.models import Domain, Trait
from exports.actions.schedules import pause_schedule, unpause_schedule
from exports.models import Schedule

OURS = ("accounts", "runs", "egress", "curation", "labeling", "exports", "results")

# Other people's apps put their tables here with forms of their own, past our actions and the trail.
for model in list(admin.site._registry):
    admin.site.unregister(model)


@admin.register(Domain)
class DomainAdmin(ReadOnly):
    """Domains may be added and described."""

    may_add = True
    fields = ("slug", "name", "description", "position")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators add domains."""
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """And describe them."""
        return True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what stays: its address, since releases and files name it; and first it stands last."""
        return ("slug",) if obj else ("position",)

    def save_model(self, request: HttpRequest, obj: Domain, form: "ModelForm[Domain]", change: bool) -> None:
        """Do it by the action of our own page."""
        if change:
            said = form.cleaned_data
            change_domain(
                obj,
                name=said["name"],
                description=said["description"],
                position=said["position"],
                actor=request,
            )
            return
        try:
            add_domain(obj, actor=request)
        except SlugTaken:
            messages.error(request, "Another domain has this address.")


@admin.register(Trait)
class TraitAdmin(ReadOnly):
    """Traits may be begun; their wordings are written, reviewed and published on our own pages."""

    may_add = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators begin traits."""
        return True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Ask only for what names a trait."""
        return list(super().get_fields(request, obj)) if obj else ["name", "slug", "code"]

    def save_model(self, request: Any, obj: Trait, form: "ModelForm[Trait]", change: bool) -> None:
        """Do it by the action of our own page."""
        try:
            version = create_trait(obj.name, obj.slug, obj.code, author=request.user)
            obj.pk = version.trait_id
        except NameTaken:
            messages.error(request, "Another trait has this address or code.")


@admin.register(Schedule)
class ScheduleAdmin(ReadOnly):
    """Schedules may be paused and resumed."""

    actions = ("pause", "resume")

    @admin.action(description="Pause")
    def pause(self, request: HttpRequest, chosen: "QuerySet[Schedule]") -> None:
        """Pause the chosen ones."""
        for schedule in chosen:
            pause_schedule(schedule, actor=request)

    @admin.action(description="Resume")
    def resume(self, request: HttpRequest, chosen: "QuerySet[Schedule]") -> None:
        """Resume the chosen ones."""
        for schedule in chosen:
            unpause_schedule(schedule, actor=request)


for app in OURS:
    for model in apps.get_app_config(app).get_models():
        if not admin.site.is_registered(model):
            admin.site.register(model, ReadOnly)
