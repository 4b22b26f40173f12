"""Counters of guesses, shared by all workers and safe from the loss of a cache."""

from django.db import models

from cognito_auth.choices import AttemptKind


class AttemptCounter(models.Model):
    """How often one secret was guessed at, or one request made, in the current window.

    ``key`` is a keyed digest of kind, pool and subject, so that names of people who do not exist are
    counted alike and not stored. ``reserved`` counts guesses begun, ``failed`` those found wrong.
    """

    key = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=24, choices=AttemptKind)
    reserved = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.failed}"
