"""simplejwt's classes on a user table with the columns of ``auth.User``, as most projects have it.

Import after ``django.setup()``.
"""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models
from django.utils import timezone
from rest_framework_simplejwt.authentication import JWTAuthentication, JWTStatelessUserAuthentication


class PlainUser(AbstractBaseUser):
    """The columns of ``auth.User``, which is swapped out in our settings."""

    username = models.CharField(max_length=150, unique=True)
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_superuser = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "benchmarks"

    def __str__(self) -> str:
        return self.username


def create_table(pk: int) -> None:
    """Make the table with one user, anew if it is there."""
    is_there = PlainUser._meta.db_table in connection.introspection.table_names()
    with connection.schema_editor() as editor:
        if is_there:
            editor.delete_model(PlainUser)
        editor.create_model(PlainUser)
    PlainUser._default_manager.create(pk=pk, username="jane", email="jane@example.com")


class WithUser(JWTAuthentication):
    """Loads the user by primary key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user_model = PlainUser


class Stateless(JWTStatelessUserAuthentication):
    """Makes a user of the token."""
