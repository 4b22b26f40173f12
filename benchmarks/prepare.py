"""Makes the pool, client and access key of the benchmarks; safe to repeat."""

import django
from django.utils import timezone

django.setup()

from benchmarks import cognito_site as site  # noqa: E402  (models need a configured Django)
from cognito_auth.models import AccessKey, UserPool, UserPoolClient  # noqa: E402
from cognito_auth.services.tokens import keys  # noqa: E402

pool, _created = UserPool.objects.get_or_create(id=site.POOL_ID, defaults={"name": "benchmark"})
keys.ensure(pool, now=timezone.now())
UserPoolClient.objects.get_or_create(
    id=site.CLIENT_ID,
    pool=pool,
    defaults={
        "name": "benchmark",
        "prevent_user_existence_errors": True,
        "prevent_user_existence_errors_set": True,
        "explicit_auth_flows": [
            "ALLOW_USER_PASSWORD_AUTH",
            "ALLOW_ADMIN_USER_PASSWORD_AUTH",
            "ALLOW_REFRESH_TOKEN_AUTH",
        ],
    },
)
AccessKey.objects.get_or_create(id=site.ACCESS_KEY_ID, defaults={"secret": site.SECRET_ACCESS_KEY})
