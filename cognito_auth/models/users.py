"""Users of a pool and the further names they sign in with.

A user is a Django user (foreign keys, permissions, admin, ``request.user``) with Cognito's 17
standard attributes as columns and custom attributes in one JSON object.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Permission, PermissionsMixin
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth.choices import AliasName, UserStatus
from cognito_auth.models.fields import KeyField
from cognito_auth.models.former_passwords import FormerPassword
from cognito_auth.models.user_pools import UserPool

MAX_ATTRIBUTE_LENGTH = 2048


def new_sub() -> uuid.UUID:
    """Return a fresh subject identifier."""
    return uuid.uuid4()


class UserManager(BaseUserManager["AbstractCognitoUser"]):
    """Making and finding users from Django's own code."""

    use_in_migrations = True

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> Any:
        """Create a confirmed user in ``pool``, by default the pool of staff."""
        pool = fields.pop("pool", None) or UserPool._default_manager.get_default()
        fields.setdefault("status", UserStatus.CONFIRMED)
        user = self.model(pool=pool, username=username, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.password_set_at = timezone.now()
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, email: str = "", password: str | None = None, **fields: Any) -> Any:
        """Create a superuser in the pool of staff."""
        fields.setdefault("is_staff", True)
        fields.setdefault("is_superuser", True)
        return self.create_user(username, email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user of the pool of staff with this name."""
        pool = UserPool._default_manager.get_default()
        return self.get(pool=pool, username_key=pool.key_of(username or ""))


class AbstractCognitoUser(AbstractBaseUser, PermissionsMixin):
    """A user of a pool; subclass it to add columns, and set ``AUTH_USER_MODEL``.

    Absent attributes are empty strings (``updated_at``: ``None``): the API deletes an attribute that
    is set to an empty value.
    """

    pool = models.ForeignKey(
        UserPool, on_delete=models.CASCADE, related_name="users", db_index=False, verbose_name=_("user pool")
    )
    username = models.CharField(_("username"), max_length=128)
    username_key = KeyField(max_length=512, editable=False)
    sub = models.UUIDField(_("sub"), unique=True, default=new_sub, editable=False)
    status = models.CharField(_("status"), max_length=24, choices=UserStatus, default=UserStatus.UNCONFIRMED)
    is_active = models.BooleanField(_("enabled"), default=True, help_text=_("Clear this instead of deleting accounts."))
    is_staff = models.BooleanField(_("staff status"), default=False, help_text=_("May use the admin site."))
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)
    password_set_at = models.DateTimeField(_("password set at"), null=True, blank=True, editable=False)
    # Raised by everything that ends all sessions; a token family of an older epoch is dead.
    token_epoch = models.PositiveIntegerField(default=0, editable=False)
    # Tokens without origin_jti (revocation off) are dead when issued before this.
    tokens_revoked_at = models.DateTimeField(null=True, editable=False)

    # Second factors the person has switched on; what they need (secret, verified address) is elsewhere.
    sms_mfa_enabled = models.BooleanField(_("MFA by SMS"), default=False)
    software_token_mfa_enabled = models.BooleanField(_("MFA by authenticator app"), default=False)
    email_mfa_enabled = models.BooleanField(_("MFA by e-mail"), default=False)
    preferred_mfa = models.CharField(_("preferred MFA"), max_length=18, blank=True, default="")

    # The 17 standard attributes. Source: OpenID Connect Core 5.1, AWS "User pool attributes".
    name = KeyField(_("name"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    given_name = KeyField(_("given name"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    family_name = KeyField(_("family name"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    middle_name = models.CharField(_("middle name"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    nickname = models.CharField(_("nickname"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    preferred_username = KeyField(_("preferred username"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    profile = models.CharField(_("profile page"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    picture = models.CharField(_("picture"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    website = models.CharField(_("website"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    email = models.CharField(_("e-mail address"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    email_key = KeyField(max_length=512, blank=True, default="", editable=False)
    email_verified = models.BooleanField(_("e-mail verified"), null=True, blank=True)
    gender = models.CharField(_("gender"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    birthdate = models.CharField(_("birthdate"), max_length=10, blank=True, default="")
    zoneinfo = models.CharField(_("time zone"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    locale = models.CharField(_("locale"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    phone_number = KeyField(_("phone number"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    phone_number_verified = models.BooleanField(_("phone number verified"), null=True, blank=True)
    address = models.CharField(_("address"), max_length=MAX_ATTRIBUTE_LENGTH, blank=True, default="")
    updated_at = models.BigIntegerField(_("profile updated at, epoch seconds"), null=True, blank=True)

    custom_attributes = models.JSONField(_("custom attributes"), default=dict, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        abstract = True
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(fields=["pool", "username_key"], name="%(app_label)s_%(class)s_username"),
        ]
        # Each serves one search of ListUsers: equality, prefix range and keyset order at once.
        indexes = [
            models.Index(fields=["pool", "id"], name="%(app_label)s_%(class)s_pool"),
            models.Index(fields=["pool", "status", "id"], name="%(app_label)s_%(class)s_stat"),
            models.Index(fields=["pool", "is_active", "id"], name="%(app_label)s_%(class)s_enab"),
            models.Index(
                fields=["pool", "email_key", "id"], condition=~Q(email_key=""), name="%(app_label)s_%(class)s_mail"
            ),
            models.Index(
                fields=["pool", "phone_number", "id"],
                condition=~Q(phone_number=""),
                name="%(app_label)s_%(class)s_phon",
            ),
            models.Index(fields=["pool", "name", "id"], condition=~Q(name=""), name="%(app_label)s_%(class)s_name"),
            models.Index(
                fields=["pool", "given_name", "id"], condition=~Q(given_name=""), name="%(app_label)s_%(class)s_give"
            ),
            models.Index(
                fields=["pool", "family_name", "id"], condition=~Q(family_name=""), name="%(app_label)s_%(class)s_fami"
            ),
            models.Index(
                fields=["pool", "preferred_username", "id"],
                condition=~Q(preferred_username=""),
                name="%(app_label)s_%(class)s_pref",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the comparison keys in step with the spellings they are made from.

        A password that was set with ``set_password`` (Django's forms and pages do) ends the sessions of a
        user who exists, except in strict pools, as on AWS.
        """
        update_fields: Iterable[str] | None = kwargs.get("update_fields")
        self.set_keys()
        is_new = self._state.adding or bool(args) or kwargs.get("force_insert", False)
        if update_fields is None and not is_new:
            update_fields = self._written_back()
        # Where AbstractBaseUser keeps a new password until it is saved.
        new_password = getattr(self, "_password", None)
        is_new_password = not is_new and new_password is not None and "password" in (update_fields or ())
        if is_new_password:
            self.password_set_at = timezone.now()
        if update_fields is not None:
            fields = set(update_fields)
            if "username" in fields:
                fields.add("username_key")
            if "email" in fields:
                fields.add("email_key")
            if is_new_password:
                fields.add("password_set_at")
            kwargs["update_fields"] = fields
        if not is_new_password:
            super().save(*args, **kwargs)
            return
        with transaction.atomic(using=kwargs.get("using") or self._state.db):
            self._keep_former_password(using=kwargs.get("using") or self._state.db)
            super().save(*args, **kwargs)
            self._end_sessions(using=kwargs.get("using") or self._state.db)

    def _written_back(self) -> set[str]:
        """Return the fields that a plain ``save()`` writes: all that were read, but not what ends sessions.

        Another process may have ended them since this instance was read.
        """
        left_out = {*self.get_deferred_fields(), "token_epoch", "tokens_revoked_at"}
        fields = self._meta.concrete_fields
        return {field.name for field in fields if not field.primary_key and field.attname not in left_out}

    def _keep_former_password(self, *, using: str | None) -> None:
        """Keep the hash that is about to be replaced, in pools that remember passwords."""
        size = self.pool.password_history_size
        row = type(self)._default_manager.using(using).select_for_update().filter(pk=self.pk)
        replaced = row.values_list("password", flat=True).first() if size else None
        if size and replaced is not None and replaced != self.password:
            FormerPassword.objects.db_manager(using).keep(self.pk, replaced, size=size - 1, now=timezone.now())

    def _end_sessions(self, *, using: str | None) -> None:
        if self.pool.strict:
            return
        row = type(self)._default_manager.using(using).filter(pk=self.pk)
        row.update(token_epoch=models.F("token_epoch") + 1, tokens_revoked_at=self.password_set_at)
        self.refresh_from_db(using=using, fields=["token_epoch", "tokens_revoked_at"])

    def set_keys(self) -> None:
        """Compute the comparison keys of username and e-mail address."""
        self.username_key = self.pool.key_of(self.username)
        self.email_key = self.pool.key_of(self.email) if self.email else ""

    def get_full_name(self) -> str:
        """Return the name to greet the person with."""
        return self.name or f"{self.given_name} {self.family_name}".strip() or self.get_username()

    def get_short_name(self) -> str:
        """Return the shortest name to greet the person with."""
        return self.given_name or self.nickname or self.get_full_name()

    @property
    def pool_group_permissions(self) -> models.QuerySet[Permission]:
        """Django permissions that the user has through groups of the pool."""
        return Permission.objects.filter(user_pool_groups__memberships__user=self.pk)


class User(AbstractCognitoUser):
    """The user model of projects that add no columns of their own."""

    class Meta(AbstractCognitoUser.Meta):
        abstract = False
        swappable = "AUTH_USER_MODEL"


class UserAlias(models.Model):
    """A further sign-in name of a user: a verified alias, or the address a person signed up with.

    One name belongs to one user per pool, whatever kind it is: the unique constraint decides between
    two who claim it at the same time. In pools where ``preferred_username`` is an alias, usernames
    are claimed here too, so that nobody takes another's username as a preferred one.
    """

    pool = models.ForeignKey(UserPool, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(
        django_settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="aliases", db_index=False
    )
    name = models.CharField(_("kind"), max_length=18, choices=AliasName)
    value_key = KeyField(max_length=512)

    class Meta:
        verbose_name = _("sign-in name")
        verbose_name_plural = _("sign-in names")
        constraints = [
            models.UniqueConstraint(fields=["pool", "value_key"], name="cognito_auth_alias_value"),
            models.UniqueConstraint(fields=["user", "name"], name="cognito_auth_alias_user"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value_key}"
