"""User pools: the table of directories of users and everything that is set per pool."""

import datetime
import secrets
import string
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cognito_auth import names
from cognito_auth.conf import settings
from cognito_auth.models.rarely_read import RarelyReadMixin

if TYPE_CHECKING:
    from cognito_auth.models.signing_keys import SigningKey

_ID_ALPHABET = string.ascii_letters + string.digits


class UserPoolManager(models.Manager["UserPool"]):
    """Finding pools."""

    def get_default(self) -> "UserPool":
        """Return the pool of staff and of ``createsuperuser``, making it on first use."""
        pool = self.filter(is_default=True).first()
        if pool is None:
            pool, _created = self.get_or_create(
                is_default=True,
                defaults={"id": self.model.new_id(settings.region), "name": "default", "strict": settings.strict},
            )
        return pool


class UserPool(RarelyReadMixin):
    """A directory of users with its policies. Source: AWS UserPoolType."""

    id = models.CharField(_("user pool id"), primary_key=True, max_length=55, editable=False)
    name = models.CharField(_("name"), max_length=128)
    is_default = models.BooleanField(
        _("default pool"), default=False, help_text=_("Staff and createsuperuser belong to this pool.")
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    last_modified_at = models.DateTimeField(_("last modified at"), default=timezone.now, editable=False)
    strict = models.BooleanField(
        _("strict"), default=False, help_text=_("Keep AWS's limits and refusals wherever we are kinder.")
    )
    friendly_messages = models.BooleanField(
        _("friendly messages"),
        default=False,
        help_text=_(
            "Send the sentence for people as the error's message. Clients that compare AWS's texts will not match."
        ),
    )
    tier = models.CharField(_("tier"), max_length=16, default="ESSENTIALS")
    deletion_protection = models.BooleanField(_("deletion protection"), default=False)

    # Signing in
    username_attributes = models.JSONField(
        _("username attributes"),
        default=list,
        blank=True,
        help_text=_("People sign up with these instead of a username."),
    )
    alias_attributes = models.JSONField(
        _("alias attributes"), default=list, blank=True, help_text=_("Further names people may sign in with.")
    )
    case_sensitive = models.BooleanField(_("case-sensitive sign-in names"), default=False)
    allowed_first_auth_factors = models.JSONField(_("first factors"), null=True, blank=True)
    mfa_configuration = models.CharField(_("MFA"), max_length=8, default="OFF")

    # Second factors; which a user has is on the user
    sms_mfa_enabled = models.BooleanField(_("MFA by SMS"), default=False)
    software_token_mfa_enabled = models.BooleanField(_("MFA by authenticator app"), default=False)
    email_mfa_enabled = models.BooleanField(_("MFA by e-mail"), default=False)
    acr_enabled = models.BooleanField(
        _("authentication levels"), default=False, help_text=_("Put acr and amr claims into tokens.")
    )

    # Sign-up and verification
    admin_create_user_only = models.BooleanField(_("only administrators create users"), default=False)
    auto_verified_attributes = models.JSONField(
        _("automatically verified attributes"),
        default=list,
        blank=True,
        help_text=_("Addresses that get a code at sign-up and after a change."),
    )
    verify_before_update_attributes = models.JSONField(
        _("attributes verified before they change"), default=list, blank=True
    )
    account_recovery = models.JSONField(
        _("account recovery"), null=True, blank=True, help_text=_("Mechanisms by priority; empty: phone, then e-mail.")
    )

    # Passwords
    password_minimum_length = models.PositiveSmallIntegerField(
        _("minimum password length"), default=8, validators=[MinValueValidator(6), MaxValueValidator(99)]
    )
    password_require_uppercase = models.BooleanField(_("require uppercase letters"), default=True)
    password_require_lowercase = models.BooleanField(_("require lowercase letters"), default=True)
    password_require_numbers = models.BooleanField(_("require digits"), default=True)
    password_require_symbols = models.BooleanField(_("require symbols"), default=True)
    password_history_size = models.PositiveSmallIntegerField(
        _("remembered passwords"), null=True, blank=True, validators=[MaxValueValidator(24)]
    )
    temporary_password_validity_days = models.PositiveSmallIntegerField(
        _("validity of temporary passwords, days"), default=7, validators=[MaxValueValidator(365)]
    )

    # Settings kept in the API's own shape and given back as they were set
    email_configuration = models.JSONField(_("e-mail"), null=True, blank=True)
    sms_configuration = models.JSONField(_("SMS"), null=True, blank=True)
    sms_authentication_message = models.TextField(_("SMS sign-in message"), blank=True)
    verification_message_template = models.JSONField(_("verification messages"), null=True, blank=True)
    invite_message_template = models.JSONField(_("invitation messages"), null=True, blank=True)
    device_configuration = models.JSONField(_("devices"), null=True, blank=True)
    email_mfa_configuration = models.JSONField(_("e-mail MFA messages"), null=True, blank=True)
    web_authn_configuration = models.JSONField(_("passkeys"), null=True, blank=True)
    session_configuration = models.JSONField(_("sessions"), null=True, blank=True)
    acr_configuration = models.JSONField(_("names of authentication levels"), null=True, blank=True)
    user_pool_add_ons = models.JSONField(_("add-ons"), null=True, blank=True)
    lambda_config = models.JSONField(_("trigger references"), default=dict, blank=True)
    # Members that came later: DcrConfiguration, IssuerConfiguration, KeyConfiguration.
    further_configuration = models.JSONField(_("further settings"), default=dict, blank=True)
    tags = models.JSONField(_("tags"), default=dict, blank=True)

    # Whether events go somewhere besides the database; see services/log_delivery. Here, so that pools
    # without it are not asked for it.
    delivers_logs = models.BooleanField(default=False, editable=False)

    # Another number after each change of the schema, never used before: it names the cached one.
    schema_version = models.PositiveIntegerField(default=0, editable=False)
    # Users' values that still have to follow a change of the schema; see services/attributes/schema_changes.
    unfinished_schema_changes = models.JSONField(default=list, blank=True, editable=False)
    id_signing_key: "models.ForeignKey[SigningKey | None, SigningKey | None]" = models.ForeignKey(
        "cognito_auth.SigningKey", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    access_signing_key: "models.ForeignKey[SigningKey | None, SigningKey | None]" = models.ForeignKey(
        "cognito_auth.SigningKey", on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    RARELY_READ = (
        "email_configuration",
        "sms_configuration",
        "sms_authentication_message",
        "verification_message_template",
        "invite_message_template",
        "email_mfa_configuration",
        "lambda_config",
        "further_configuration",
        "tags",
        "unfinished_schema_changes",
        "account_recovery",
        "created_at",
        "last_modified_at",
        "tier",
    )

    objects = UserPoolManager()

    class Meta:
        verbose_name = _("user pool")
        verbose_name_plural = _("user pools")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="cognito_auth_one_default_pool"
            ),
            models.CheckConstraint(
                condition=Q(password_minimum_length__gte=6, password_minimum_length__lte=99),
                name="cognito_auth_pool_password_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @staticmethod
    def new_id(region: str) -> str:
        """Return a fresh pool id, ``<region>_<9 letters and digits>``."""
        return f"{region}_{''.join(secrets.choice(_ID_ALPHABET) for _ in range(9))}"

    @property
    def region(self) -> str:
        """The part of the id before the underscore."""
        return self.id.rpartition("_")[0]

    @property
    def srp_name(self) -> str:
        """The part of the id after the underscore, hashed into SRP verifiers."""
        return self.id.rpartition("_")[2]

    @property
    def arn(self) -> str:
        """The pool's ARN, the resource of every policy."""
        return f"arn:aws:cognito-idp:{self.region}:{settings.account_id}:userpool/{self.id}"

    @property
    def has_username_attributes(self) -> bool:
        """Whether people sign up with an e-mail address or phone number instead of a username."""
        return bool(self.username_attributes)

    @property
    def sends_link(self) -> bool:
        """Whether e-mails that confirm an address carry a link instead of a code."""
        template: dict[str, Any] = self.verification_message_template or {}
        return template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"

    @property
    def temporary_password_validity(self) -> datetime.timedelta:
        """How long a temporary password works; 0 days means the default, 7."""
        return datetime.timedelta(days=self.temporary_password_validity_days or 7)

    def key_of(self, name: str) -> str:
        """Return the form of a sign-in name under which this pool compares it."""
        return names.key_of(name, case_sensitive=self.case_sensitive)
