"""Removing rows whose time is over: half-finished sign-ins, codes, sessions, counters, old events.

Nothing here decides whether something has expired: whoever reads a row does. Rows are kept a day
longer, so that a late caller still hears that their session *expired*, and an access token that was
issued at the end of its session finds its family.
"""

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import UserImportJobStatus
from cognito_auth.conf import settings
from cognito_auth.models import (
    AttemptCounter,
    AuditEvent,
    AuthEvent,
    AuthorizationCode,
    BrowserSession,
    DeviceAuthorization,
    FederationAttempt,
    OneTimeCode,
    PasskeyRegistration,
    SamlAssertion,
    SignInAttempt,
    TokenFamily,
    UserImportChunk,
    UserImportJob,
    UserPool,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

GRACE = datetime.timedelta(days=1)
BATCH = 1000
# Until then a stopped import can be resumed, and the report of one be read.
IMPORT_FILE_KEPT = datetime.timedelta(days=7)
IMPORT_KEPT = datetime.timedelta(days=90)
_ENDED = (
    UserImportJobStatus.EXPIRED,
    UserImportJobStatus.STOPPED,
    UserImportJobStatus.FAILED,
    UserImportJobStatus.SUCCEEDED,
)


def over(
    now: datetime.datetime, *, event_days: int | None = None
) -> "Mapping[_StrPromise, list[models.QuerySet[Any]]]":
    """Return what to remove: name of the kind → queries, each answered by an index.

    Refresh tokens go with their families, and not before: a token that was exchanged long ago must
    still be known when a thief uses it. Authentication events are removed only if ``event_days`` says after
    how many, audit events after ``AUDIT_RETENTION_DAYS``.
    """
    cutoff = now - GRACE
    unlocked = Q(locked_until=None) | Q(locked_until__lt=now)
    found: dict[_StrPromise, list[models.QuerySet[Any]]] = {
        _("sign-in attempts"): [SignInAttempt.objects.filter(expires_at__lt=cutoff)],
        _("one-time codes"): [OneTimeCode.objects.filter(expires_at__lt=cutoff)],
        _("passkey registrations"): [PasskeyRegistration.objects.filter(expires_at__lt=cutoff)],
        _("authorization codes"): [AuthorizationCode.objects.filter(expires_at__lt=cutoff)],
        _("device authorizations"): [DeviceAuthorization.objects.filter(expires_at__lt=cutoff)],
        _("federation attempts"): [FederationAttempt.objects.filter(expires_at__lt=cutoff)],
        _("SAML assertions"): [SamlAssertion.objects.filter(expires_at__lt=cutoff)],
        _("browser sessions"): [_browser_sessions(cutoff, now=now)],
        _("token families"): [TokenFamily.objects.filter(expires_at__lt=cutoff)],
        _("attempt counters"): [AttemptCounter.objects.filter(unlocked, last_at__lt=cutoff)],
    }
    found[_("files of imports")] = [
        UserImportChunk.objects.filter(job__status__in=_ENDED, job__completed_at__lt=now - IMPORT_FILE_KEPT),
        UserImportChunk.objects.filter(job__status=UserImportJobStatus.CREATED, job__created_at__lt=cutoff),
    ]
    old = now - IMPORT_KEPT
    found[_("imports")] = [
        UserImportJob.objects.filter(status__in=_ENDED, completed_at__lt=old),
        UserImportJob.objects.filter(status=UserImportJobStatus.CREATED, created_at__lt=old),
    ]
    if settings.audit_retention_days is not None:
        audit_cutoff = now - datetime.timedelta(days=settings.audit_retention_days)
        found[_("audit events")] = [AuditEvent.objects.filter(created_at__lt=audit_cutoff)]
    if event_days is not None:
        oldest = now - datetime.timedelta(days=event_days)
        # The index begins with the pool.
        pools = UserPool.objects.values_list("pk", flat=True)
        found[_("authentication events")] = [
            AuthEvent.objects.filter(pool_id=pool_id, created_at__lt=oldest) for pool_id in pools
        ]
    return found


def _browser_sessions(cutoff: datetime.datetime, *, now: datetime.datetime) -> "models.QuerySet[Any]":
    """Return the sessions of browsers that are over.

    Those that a SAML provider may still end stay for as long as tokens came of them.
    """
    families = TokenFamily.objects.filter(browser_session=OuterRef("pk"), revoked_at=None, expires_at__gte=now)
    return BrowserSession.objects.filter(Q(saml_digest="") | ~Exists(families), expires_at__lt=cutoff)


def remove(queryset: "models.QuerySet[Any]", *, batch: int = BATCH) -> Iterator[int]:
    """Delete the rows of ``queryset`` and yield how many went with each batch.

    Each batch is a transaction of its own: short locks, and a run that is stopped loses nothing.
    """
    while keys := list(queryset.values_list("pk", flat=True)[:batch]):
        queryset.model._base_manager.filter(pk__in=keys).delete()
        yield len(keys)
        if len(keys) < batch:
            return
