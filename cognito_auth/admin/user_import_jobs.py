"""Imports of users: uploading a file, starting, stopping, resuming, how far they are, and the report.

Whoever imports users makes users: it takes the permission to add users too.
"""

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.auth import get_permission_codename, get_user_model
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cognito_auth.admin import badges
from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm, sentence_of
from cognito_auth.choices import PasswordHashingAlgorithm, UserImportJobStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import UserImportJob
from cognito_auth.services.user_import import files, jobs
from cognito_auth.services.user_import.active import ACTIVE

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

_SHOWN_RESULTS = 20
_REFRESH_SECONDS = 5
_TONES = {
    UserImportJobStatus.SUCCEEDED: "good",
    UserImportJobStatus.FAILED: "bad",
    UserImportJobStatus.EXPIRED: "neutral",
    UserImportJobStatus.STOPPED: "warning",
}
_ACTIONS = {"start": jobs.start, "stop": jobs.stop, "resume": jobs.resume}


class UserImportJobForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is to be imported where."""

    hashes = forms.ChoiceField(
        label=gettext_lazy("Password hashes"),
        required=False,
        choices=[("", gettext_lazy("none in the file")), *PasswordHashingAlgorithm.choices],
        help_text=gettext_lazy("How the values of the column cognito:password_hash were made."),
    )
    content = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("UTF-8, with a header. At most 100 MB and 500,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    class Meta:
        model = UserImportJob
        fields = ("pool", "name")

    def clean_content(self) -> "UploadedFile[Any]":
        """Refuse a file that is too large."""
        content: UploadedFile[Any] = self.cleaned_data["content"]
        if (content.size or 0) > files.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than %(size)s.") % {"size": _size(files.MAX_BYTES)})
        return content


@admin.register(UserImportJob)
class UserImportJobAdmin(RefusalsInForm):
    """Imports of users."""

    form = UserImportJobForm
    change_form_template = "admin/cognito_auth/userimportjob/change_form.html"
    list_display = (
        "name",
        "pool",
        "state",
        "progress",
        "imported_users",
        "skipped_users",
        "failed_users",
        "created_at",
    )
    list_filter = (InPoolFilter,)
    list_select_related = ("pool",)
    search_fields = ("name__startswith", "id__startswith")
    search_help_text = gettext_lazy("Beginning of a name or id.")
    ordering = ("-created_at", "-id")
    list_per_page = 50
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("name", "pool", "id", "state", "progress", "completion_message")}),
        (gettext_lazy("Rows"), {"fields": ("imported_users", "skipped_users", "failed_users")}),
        (gettext_lazy("File"), {"fields": ("size", "password_hash_algorithm")}),
        (gettext_lazy("Dates"), {"fields": ("created_at", "started_at", "completed_at")}),
    )
    add_fieldsets = ((None, {"fields": ("pool", "name", "hashes", "content")}),)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, job: UserImportJob) -> SafeString:
        """Show where in its life the import is."""
        return badges.badge(job.get_status_display(), _TONES.get(UserImportJobStatus(job.status), "waiting"))

    @admin.display(description=gettext_lazy("progress"))
    def progress(self, job: UserImportJob) -> SafeString:
        """Show how much of the file is done."""
        percent = _percent(job)
        return format_html(
            '<progress class="cognito-progress" max="100" value="{}" aria-label="{}"></progress> {}%',
            percent,
            _("progress"),
            percent,
        )

    @admin.display(description=gettext_lazy("size"))
    def size(self, job: UserImportJob) -> str:
        """Show the size of the file."""
        return _size(job.file_size)

    def get_fieldsets(self, request: "HttpRequest", obj: Any = None) -> Any:
        """Ask for the file once."""
        return self.add_fieldsets if obj is None else self.fieldsets

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep what was imported as it was."""
        if obj is None:
            return ()
        return tuple(str(name) for _title, options in self.fieldsets for name in options["fields"])

    def get_form(self, request: "HttpRequest", obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Show a page without fields once there is a job."""
        if obj is not None:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def has_add_permission(self, request: "HttpRequest") -> bool:
        """Ask for the permission to add users too."""
        return super().has_add_permission(request) and _may_add_users(request)

    def has_delete_permission(self, request: "HttpRequest", obj: Any = None) -> bool:
        """Keep what is running."""
        is_running = obj is not None and obj.status in ACTIVE
        return super().has_delete_permission(request, obj) and not is_running

    def delete_queryset(self, request: "HttpRequest", queryset: Any) -> None:
        """Delete those that do not run."""
        queryset.exclude(status__in=ACTIVE).delete()

    def save_model(self, request: "HttpRequest", obj: UserImportJob, form: Any, change: bool) -> None:
        """Make the job and keep its file."""
        if change:
            return
        now = timezone.now()
        created = jobs.create(obj.pool, obj.name, password_hash_algorithm=form.cleaned_data["hashes"], now=now)
        files.store(created, form.cleaned_data["content"], now=now)
        obj.__dict__.update(created.__dict__)

    def response_add(self, request: "HttpRequest", obj: UserImportJob, post_url_continue: Any = None) -> "HttpResponse":
        """Go on to the page with the button that starts it."""
        self.message_user(request, _("The file was uploaded. Start the import when you are ready."), messages.SUCCESS)
        return HttpResponseRedirect(self._page_of(obj.pk))

    def change_view(
        self, request: "HttpRequest", object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> "HttpResponse":
        """Show the job with its buttons; while it runs, again every few seconds."""
        job = self.get_object(request, unquote(object_id))
        if job is None:
            return super().change_view(request, object_id, form_url, extra_context)
        context = {
            "job_actions": self._actions_of(request, job),
            "results": job.results.order_by("line")[:_SHOWN_RESULTS],
            "report_url": reverse(f"{self.admin_site.name}:cognito_auth_userimportjob_report", args=[quote(job.pk)]),
            "show_save": False,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
            "title": _("User import"),
            **(extra_context or {}),
        }
        response = super().change_view(request, object_id, form_url, context)
        if job.status in ACTIVE:
            response["Refresh"] = str(_REFRESH_SECONDS)
        return response

    def _actions_of(self, request: "HttpRequest", job: UserImportJob) -> list[tuple[str, str, bool]]:
        """Return what can be done with the job: address, label, and whether it is the main thing."""
        if not self._may_run(request, job):
            return []
        found = {
            UserImportJobStatus.CREATED: ("start", _("Start"), True),
            UserImportJobStatus.PENDING: ("stop", _("Stop"), False),
            UserImportJobStatus.IN_PROGRESS: ("stop", _("Stop"), False),
            UserImportJobStatus.STOPPED: ("resume", _("Resume"), True),
        }.get(UserImportJobStatus(job.status))
        if found is None:
            return []
        action, label, is_main = found
        name = f"{self.admin_site.name}:cognito_auth_userimportjob_action"
        return [(reverse(name, args=[quote(job.pk), action]), label, is_main)]

    def _may_run(self, request: "HttpRequest", job: UserImportJob) -> bool:
        return self.has_change_permission(request, job) and _may_add_users(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the buttons and the report."""
        wrap = self.admin_site.admin_view
        urls: list[URLPattern] = [
            path(
                "<path:object_id>/run/<str:action>/",
                wrap(require_POST(self.action_view)),
                name="cognito_auth_userimportjob_action",
            ),
            path(
                "<path:object_id>/report.csv",
                wrap(require_GET(self.report_view)),
                name="cognito_auth_userimportjob_report",
            ),
            *super().get_urls(),
        ]
        return urls

    def action_view(self, request: "HttpRequest", object_id: str, action: str) -> "HttpResponse":
        """Start, stop or resume the import."""
        job: UserImportJob | None = self.get_object(request, unquote(object_id))
        if job is None or action not in _ACTIONS:
            raise Http404
        if not self._may_run(request, job):
            raise PermissionDenied
        try:
            _ACTIONS[action](job, now=timezone.now())
        except CognitoError as error:
            self.message_user(request, sentence_of(error), messages.ERROR)
        else:
            done = {"start": _("The import was started."), "stop": _("The import is being stopped.")}
            text = done.get(action, _("The import goes on."))
            self.log_change(request, job, text)
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._page_of(job.pk))

    def report_view(self, request: "HttpRequest", object_id: str) -> "HttpResponseBase":
        """Send the rows that made no user as a CSV file."""
        job: UserImportJob | None = self.get_object(request, unquote(object_id))
        if job is None:
            raise Http404
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        name = f"{slugify(job.name) or 'import'}-report.csv"
        return StreamingHttpResponse(
            _report(job),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _page_of(self, job_id: str) -> str:
        return reverse(f"{self.admin_site.name}:cognito_auth_userimportjob_change", args=[quote(job_id)])


def _may_add_users(request: "HttpRequest") -> bool:
    opts = get_user_model()._meta
    return request.user.has_perm(f"{opts.app_label}.{get_permission_codename('add', opts)}")


def _percent(job: UserImportJob) -> int:
    if job.status == UserImportJobStatus.SUCCEEDED:
        return 100
    return min(100, job.next_byte * 100 // job.file_size) if job.file_size else 0


def _size(size: int) -> str:
    return str(filesizeformat(size))


class _Echo:
    """Gives back what is written, so that rows leave one by one."""

    def write(self, text: str) -> str:
        return text


def _report(job: UserImportJob) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["line", "outcome", "message"])
    results = job.results.order_by("line").values_list("line", "outcome", "message")
    for row in results.iterator(chunk_size=2000):
        yield writer.writerow(row)
