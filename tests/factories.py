"""Factories of rows, one per noun, with states as traits."""

import datetime

import factory
from django.utils import timezone

from cognito_auth import models
from cognito_auth.choices import UserStatus


class UserPoolFactory(factory.django.DjangoModelFactory):
    """A pool that verifies e-mail addresses."""

    class Meta:
        model = models.UserPool

    id = factory.LazyFunction(lambda: models.UserPool.new_id("eu-west-1"))
    name = "people"
    auto_verified_attributes = ["email"]


class UserPoolClientFactory(factory.django.DjangoModelFactory):
    """A public client that allows passwords and refresh."""

    class Meta:
        model = models.UserPoolClient
        skip_postgeneration_save = True

    class Params:
        hides_users = factory.Trait(prevent_user_existence_errors=True, prevent_user_existence_errors_set=True)

    id = factory.LazyFunction(models.UserPoolClient.new_id)
    pool = factory.SubFactory(UserPoolFactory)
    name = "web"
    explicit_auth_flows = [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ]

    @factory.post_generation
    def secret(self, create, extracted, **kwargs):
        """Give the client a secret: ``UserPoolClientFactory(secret="…")``."""
        if extracted:
            models.UserPoolClientSecret.objects.create(client=self, value=extracted)


class UserFactory(factory.django.DjangoModelFactory):
    """An unconfirmed user whose password is ``Passw0rd!``."""

    class Meta:
        model = models.User
        skip_postgeneration_save = True

    class Params:
        confirmed = factory.Trait(status=UserStatus.CONFIRMED, email_verified=True)
        invited = factory.Trait(status=UserStatus.FORCE_CHANGE_PASSWORD)

    pool = factory.SubFactory(UserPoolFactory)
    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")
    email_verified = False
    password_set_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def password(self):
        from django.contrib.auth.hashers import make_password

        return make_password("Passw0rd!")


class UserPoolGroupFactory(factory.django.DjangoModelFactory):
    """A group."""

    class Meta:
        model = models.UserPoolGroup

    pool = factory.SubFactory(UserPoolFactory)
    name = factory.Sequence(lambda n: f"group{n}")


class GroupMembershipFactory(factory.django.DjangoModelFactory):
    """A membership of a user in a group of the same pool."""

    class Meta:
        model = models.GroupMembership

    user = factory.SubFactory(UserFactory)
    group = factory.LazyAttribute(lambda membership: UserPoolGroupFactory(pool=membership.user.pool))


class AccessKeyFactory(factory.django.DjangoModelFactory):
    """An access key that may do everything."""

    class Meta:
        model = models.AccessKey

    id = factory.LazyFunction(models.AccessKey.new_id)
    secret = factory.LazyFunction(models.AccessKey.new_secret)


def moment(text: str = "2026-03-03T09:05:07+00:00") -> datetime.datetime:
    """Return a fixed moment to pass as ``now``."""
    return datetime.datetime.fromisoformat(text)


class SchemaAttributeFactory(factory.django.DjangoModelFactory):
    """A custom text attribute; its pool's schema gets a new version."""

    class Meta:
        model = models.SchemaAttribute

    pool = factory.SubFactory(UserPoolFactory)
    name = "custom:team"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        from cognito_auth.services.attributes import schema

        row = super()._create(model_class, *args, **kwargs)
        row.pool.schema_version = schema.new_version()
        row.pool.save(update_fields=["schema_version"])
        return row


class ResourceServerFactory(factory.django.DjangoModelFactory):
    """A resource server with the scopes ``orders.read`` and ``orders.write``."""

    class Meta:
        model = models.ResourceServer

    pool = factory.SubFactory(UserPoolFactory)
    identifier = factory.Sequence(lambda n: f"shop{n}")
    name = "Shop"
    scopes = factory.LazyFunction(
        lambda: [
            {"ScopeName": "orders.read", "ScopeDescription": "Read orders"},
            {"ScopeName": "orders.write", "ScopeDescription": "Place orders"},
        ]
    )


class UserPoolDomainFactory(factory.django.DjangoModelFactory):
    """A prefix."""

    class Meta:
        model = models.UserPoolDomain

    class Params:
        custom = factory.Trait(is_custom=True, domain=factory.Sequence(lambda n: f"login{n}.example.com"))

    pool = factory.SubFactory(UserPoolFactory)
    domain = factory.Sequence(lambda n: f"people{n}")


class TermsFactory(factory.django.DjangoModelFactory):
    """Terms of use."""

    class Meta:
        model = models.Terms

    client = factory.SubFactory(UserPoolClientFactory)
    pool = factory.SelfAttribute("client.pool")
    name = "terms-of-use"
    links = factory.LazyFunction(lambda: {"cognito:default": "https://example.com/terms"})
