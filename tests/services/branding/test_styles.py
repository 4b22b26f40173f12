"""Styles of clients that several make or change at the same time."""

import pytest

from cognito_auth.exceptions import ManagedLoginBrandingExistsException, ResourceNotFoundException
from cognito_auth.models import ManagedLoginAsset, ManagedLoginBranding, UserPoolClient
from cognito_auth.services.branding import styles
from cognito_auth.services.branding.assets import GivenAsset
from tests.branding import PNG
from tests.concurrency import race
from tests.factories import UserPoolClientFactory, moment

NOW = moment()


def _logo():
    return GivenAsset("FORM_LOGO", "LIGHT", "PNG", PNG)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestInParallel:
    def test_one_of_many_makes_the_style(self):
        client = UserPoolClientFactory()

        results = race(*[lambda: styles.create(client, assets=[_logo()], now=NOW)] * 4)

        made = [result for result in results if isinstance(result, ManagedLoginBranding)]
        assert len(made) == 1
        assert sum(isinstance(result, ManagedLoginBrandingExistsException) for result in results) == 3
        assert ManagedLoginAsset.objects.count() == 1

    def test_all_changes_are_kept(self):
        client = UserPoolClientFactory()
        style = styles.create(client, now=NOW)

        race(*[lambda n=n: styles.update(style, settings={f"n{n}": n}, assets=[_logo()], now=NOW) for n in range(4)])

        style.refresh_from_db()
        assert style.settings == {"n0": 0, "n1": 1, "n2": 2, "n3": 3}
        assert ManagedLoginAsset.objects.count() == 1

    def test_is_deleted_once(self):
        style = styles.create(UserPoolClientFactory(), assets=[_logo()], now=NOW)

        results = race(*[lambda: styles.delete(styles.get(style.pool, str(style.pk)))] * 3)

        assert results.count(None) == 1
        assert sum(isinstance(result, ResourceNotFoundException) for result in results) == 2
        assert not ManagedLoginAsset.objects.exists()

    def test_is_not_made_for_a_client_that_goes(self):
        client = UserPoolClientFactory()
        UserPoolClient.objects.filter(pk=client.pk).delete()

        with pytest.raises(ResourceNotFoundException):
            styles.create(client, now=NOW)
