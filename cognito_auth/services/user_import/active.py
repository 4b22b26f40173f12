"""Whether an import is running: what keeps others from changing the pool under it."""

from cognito_auth import reasons
from cognito_auth.choices import UserImportJobStatus
from cognito_auth.models import UserImportJob, UserPool

ACTIVE = (UserImportJobStatus.PENDING, UserImportJobStatus.IN_PROGRESS, UserImportJobStatus.STOPPING)


def refuse_while_importing(pool: UserPool) -> None:
    """Refuse to change a pool into which users are being imported.

    Raises:
        UserImportInProgressException: an import is running.
    """
    if UserImportJob.objects.filter(pool_id=pool.pk, status__in=ACTIVE).exists():
        raise reasons.USER_IMPORT_IN_PROGRESS()
