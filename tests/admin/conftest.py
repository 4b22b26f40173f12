"""Members of staff with more and fewer rights, and their browsers."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from tests.factories import UserFactory, UserPoolFactory


@pytest.fixture
def staff_pool(db):
    """The pool of staff."""
    return UserPoolFactory(name="staff", is_default=True)


@pytest.fixture
def superuser(staff_pool):
    return UserFactory(pool=staff_pool, username="root", confirmed=True, is_staff=True, is_superuser=True)


@pytest.fixture
def browser(superuser):
    """A signed-in superuser's browser."""
    client = Client()
    client.force_login(superuser)
    return client


@pytest.fixture
def staff_browser(staff_pool):
    """Make the browser of a member of staff who has some permissions: ``staff_browser("view_user")``."""

    def make(*codenames):
        user = UserFactory(pool=staff_pool, confirmed=True, is_staff=True)
        permissions = Permission.objects.filter(content_type__app_label="cognito_auth", codename__in=codenames)
        assert len(permissions) == len(codenames)
        user.user_permissions.set(permissions)
        client = Client()
        client.force_login(user)
        client.user = get_user_model().objects.get(pk=user.pk)
        return client

    return make


@pytest.fixture
def pool(staff_pool):
    """A pool of customers."""
    return UserPoolFactory(name="customers")
