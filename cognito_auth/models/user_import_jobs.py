"""Imports of users from a CSV file: the job, the file, and what became of each row."""

import secrets
import string

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import UserImportJobStatus, UserImportOutcome
from cognito_auth.models.user_pools import UserPool

_ID_ALPHABET = string.ascii_letters + string.digits
_ACTIVE = ("Pending", "InProgress", "Stopping")


class UserImportJob(models.Model):
    """One file to import, and how far it is. Source: AWS UserImportJobType."""

    id = models.CharField(_("job id"), primary_key=True, max_length=55, editable=False)
    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="import_jobs")
    name = models.CharField(_("name"), max_length=128)
    logs_role_arn = models.CharField(max_length=2048, blank=True, editable=False)
    password_hash_algorithm = models.CharField(max_length=16, blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=12, choices=UserImportJobStatus, default=UserImportJobStatus.CREATED
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    completed_at = models.DateTimeField(_("completed at"), null=True, editable=False)
    completion_message = models.CharField(_("message"), max_length=256, blank=True, editable=False)

    file_size = models.PositiveBigIntegerField(_("size of the file, bytes"), default=0, editable=False)
    # Where to go on after an interruption: the next line of the file, and the byte it begins at.
    next_line = models.PositiveIntegerField(default=1, editable=False)
    next_byte = models.PositiveBigIntegerField(default=0, editable=False)
    # Who works on it says so every few seconds; who has been silent for long is taken over.
    worker = models.CharField(max_length=64, blank=True, editable=False)
    worker_seen_at = models.DateTimeField(null=True, editable=False)
    imported_users = models.PositiveIntegerField(_("imported"), default=0, editable=False)
    skipped_users = models.PositiveIntegerField(_("skipped"), default=0, editable=False)
    failed_users = models.PositiveIntegerField(_("failed"), default=0, editable=False)

    class Meta:
        verbose_name = _("user import")
        verbose_name_plural = _("user imports")
        constraints = [
            models.UniqueConstraint(
                fields=["pool"], condition=Q(status__in=_ACTIVE), name="cognito_auth_one_import_of_a_pool"
            )
        ]
        indexes = [models.Index(fields=["pool", "-created_at", "-id"], name="cognito_auth_import_pool")]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_id() -> str:
        """Return a fresh job id, ``import-<10 letters and digits>``."""
        return f"import-{''.join(secrets.choice(_ID_ALPHABET) for _ in range(10))}"


class UserImportChunk(models.Model):
    """A piece of an uploaded file; in the database, so that any worker finds it and none else reads it."""

    job = models.ForeignKey(UserImportJob, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    first_byte = models.PositiveBigIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "first_byte"], name="cognito_auth_import_chunk")]

    def __str__(self) -> str:
        return f"{self.job_id} from byte {self.first_byte}"


class UserImportResult(models.Model):
    """A row that was skipped or failed, for the report."""

    job = models.ForeignKey(UserImportJob, on_delete=models.CASCADE, related_name="results", db_index=False)
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=UserImportOutcome)
    message = models.CharField(_("message"), max_length=512)

    class Meta:
        verbose_name = _("result of an import")
        verbose_name_plural = _("results of imports")
        constraints = [models.UniqueConstraint(fields=["job", "line"], name="cognito_auth_import_result")]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}"
