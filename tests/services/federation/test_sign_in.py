"""From an identity at a provider to a signed-in person."""

import re

import pytest
import regex

from cognito_auth.choices import LinkingPolicy, UserStatus
from cognito_auth.models import LinkedIdentity, User, UserAlias
from cognito_auth.services import linked_identities
from cognito_auth.services.federation.sign_in import LinkOffered
from cognito_auth.services.oauth.errors import OAuthError
from tests.factories import SchemaAttributeFactory, UserFactory
from tests.services.federation.conftest import CLAIMS
from tests.services.triggers.conftest import Handler


def links(provider, policy):
    type(provider).objects.filter(pk=provider.pk).update(linking=policy)


class TestFirstSignIn:
    def test_makes_an_account_with_the_mapped_attributes(self, signs_in, provider):
        user = signs_in().user

        user.refresh_from_db()
        assert user.username == "google_1234567890"
        assert user.status == UserStatus.EXTERNAL_PROVIDER
        assert (user.email, user.email_verified, user.name) == ("jane@example.com", True, "Jane Roe")
        assert not user.has_usable_password()
        assert [group.group.name for group in user.memberships.all()] == [f"{provider.pool_id}_Google"]
        identity = LinkedIdentity.objects.get(user=user)
        assert (identity.attribute_value, identity.is_primary) == ("1234567890", True)

    def test_does_not_let_a_taken_name_keep_the_person_out(self, signs_in, pool):
        squatter = UserFactory(pool=pool, username="google_1234567890", confirmed=True)

        user = signs_in().user

        assert user.pk != squatter.pk
        assert user.username.startswith("google_1234567890_")

    def test_does_not_enter_an_account_with_the_same_address(self, signs_in, jane):
        assert signs_in().user.pk != jane.pk

    def test_keeps_no_sign_in_name_from_others(self, signs_in, pool):
        pool.username_attributes = ["email"]
        pool.save()
        signs_in()

        assert not UserAlias.objects.filter(pool=pool).exists()

    def test_wants_what_the_pool_requires(self, signs_in, pool):
        SchemaAttributeFactory(pool=pool, name="family_name", required=True)

        with pytest.raises(OAuthError, match=r"attributes required: \[family_name\]"):
            signs_in()

    @pytest.mark.parametrize("subject", [None, "", [], {}, True, "x" * 513, "a\x00b", "\ud800"])
    def test_wants_to_know_who_it_is(self, signs_in, subject):
        with pytest.raises(OAuthError):
            signs_in({**CLAIMS, "sub": subject})

    @pytest.mark.parametrize("name", ["a\x00b", "\ud800", ["a\x00"], {"a": "\udfff"}])
    def test_leaves_out_what_cannot_be_stored(self, signs_in, name):
        assert signs_in({**CLAIMS, "name": name}).user.name == ""

    @pytest.mark.parametrize("subject", ["CN=Jane Roe, O=Acme", "a\r\nb", "\u202eroe", "é" * 300, "a" * 512])
    def test_makes_a_name_that_the_api_can_speak_of(self, signs_in, subject):
        user = signs_in({**CLAIMS, "sub": subject}).user

        assert regex.fullmatch(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}", user.username)
        assert signs_in({**CLAIMS, "sub": subject}).user.pk == user.pk

    def test_keeps_people_apart_whose_ids_differ_in_case_or_in_spaces(self, signs_in):
        people = [signs_in({**CLAIMS, "sub": subject}).user.pk for subject in ("aB", "ab", "a b", "a_b")]

        assert len(set(people)) == 4

    @pytest.mark.parametrize(
        "name",
        [float("inf"), float("nan"), 10**5_000, {"a": {"b": [[[[[[[[[[[[[[[[["deep"]]]]]]]]]]]]]]]]]}}],
        ids=["infinite", "no number", "long", "deep"],
    )
    def test_leaves_out_what_is_no_json_or_without_end(self, signs_in, name):
        assert signs_in({**CLAIMS, "name": name}).user.name == ""

    @pytest.mark.parametrize(
        "told",
        [{"name": "a\x00"}, {"name": "\ud800"}, {"custom:none": "x"}, {"sub": "x"}, {"": "x"}, {"name": "x" * 5_000}],
    )
    def test_survives_what_a_handler_makes_of_it(self, signs_in, settings, told):
        handler = Handler({"userAttributesToMap": told})
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": {"InboundFederation": handler}}

        try:
            name = signs_in().user.name
        except OAuthError:
            name = ""

        assert handler.sources == ["InboundFederation_ExternalProvider"]
        assert name == ""

    @pytest.mark.parametrize("answer", [[], "x", {"name": 5}, {"name": None}, {5: "x"}])
    def test_refuses_a_handler_that_answers_nonsense(self, signs_in, settings, answer):
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "TRIGGERS": {"InboundFederation": Handler({"userAttributesToMap": answer})},
        }

        with pytest.raises(OAuthError):
            signs_in()


class TestLaterSignIn:
    def test_keeps_a_changed_address_verified_if_the_provider_says_so(self, signs_in):
        signs_in()

        user = signs_in({**CLAIMS, "email": "roe@example.com"}).user

        user.refresh_from_db()
        assert (user.email, user.email_verified) == ("roe@example.com", True)

    def test_does_not_keep_a_changed_address_verified_otherwise(self, signs_in):
        signs_in()

        user = signs_in({"sub": CLAIMS["sub"], "email": "roe@example.com"}).user

        user.refresh_from_db()
        assert (user.email, user.email_verified) == ("roe@example.com", False)

    def test_is_the_same_account_with_new_attributes(self, signs_in):
        first = signs_in().user

        second = signs_in({"sub": "1234567890", "name": "Jane Doe"}).user

        second.refresh_from_db()
        assert second.pk == first.pk
        assert (second.name, second.email) == ("Jane Doe", "jane@example.com")

    def test_is_refused_to_the_disabled(self, signs_in):
        user = signs_in().user
        User.objects.filter(pk=user.pk).update(is_active=False)

        with pytest.raises(OAuthError, match="User is not enabled"):
            signs_in()

    @pytest.mark.parametrize("strict", [False, True])
    def test_changes_no_immutable_attribute_and_is_refused_for_it_in_a_strict_pool(
        self, signs_in, pool, provider, strict
    ):
        SchemaAttributeFactory(pool=pool, name="custom:badge", mutable=False)
        type(provider).objects.update(attribute_mapping={"username": "sub", "custom:badge": "badge"})
        type(pool).objects.update(strict=strict)
        pool.refresh_from_db()
        user = signs_in({"sub": CLAIMS["sub"], "badge": "one"}).user

        if strict:
            told = "Invalid user attributes: custom:badge: Attribute cannot be updated."
            with pytest.raises(OAuthError, match=re.escape(told)):
                signs_in({"sub": CLAIMS["sub"], "badge": "two"})
        else:
            signs_in({"sub": CLAIMS["sub"], "badge": "two"})

        user.refresh_from_db()
        assert user.custom_attributes == {"custom:badge": "one"}

    def test_is_refused_once_the_identity_is_switched_off(self, signs_in):
        signs_in()
        linked_identities.unlink(LinkedIdentity.objects.get())

        with pytest.raises(OAuthError):
            signs_in()


class TestLinking:
    def test_links_at_once_where_both_sides_have_verified_the_address(self, signs_in, provider, jane):
        links(provider, LinkingPolicy.AUTOMATIC)

        assert signs_in().user.pk == jane.pk
        assert not LinkedIdentity.objects.get().is_primary
        assert signs_in().user.pk == jane.pk

    def test_asks_where_the_provider_is_set_so(self, signs_in, provider, jane):
        links(provider, LinkingPolicy.ASK)

        offered = signs_in()

        assert isinstance(offered, LinkOffered)
        assert offered.owner.pk == jane.pk
        assert signs_in(declined=offered.mapped).user.pk != jane.pk

    @pytest.mark.parametrize("policy", [LinkingPolicy.ASK, LinkingPolicy.AUTOMATIC])
    @pytest.mark.parametrize("claim", [False, "false", None, "yes"])
    def test_never_links_by_an_address_the_provider_does_not_vouch_for(self, signs_in, provider, jane, policy, claim):
        links(provider, policy)

        assert (
            signs_in(
                {**CLAIMS, "email_verified": claim}
                if claim is not None
                else {name: value for name, value in CLAIMS.items() if name != "email_verified"}
            ).user.pk
            != jane.pk
        )

    @pytest.mark.parametrize("policy", [LinkingPolicy.ASK, LinkingPolicy.AUTOMATIC])
    def test_never_links_to_an_account_that_has_not_verified_it(self, signs_in, provider, jane, policy):
        links(provider, policy)
        User.objects.filter(pk=jane.pk).update(email_verified=False)

        assert signs_in().user.pk != jane.pk

    def test_does_not_choose_among_several(self, signs_in, provider, jane, pool):
        links(provider, LinkingPolicy.AUTOMATIC)
        other = UserFactory(pool=pool, username="other", email="JANE@example.com", confirmed=True)

        assert signs_in().user.pk not in (jane.pk, other.pk)

    def test_does_not_replace_what_the_person_proved_here(self, signs_in, provider, jane, now):
        linked_identities.link(jane, provider, "1234567890", now=now)

        signs_in({"sub": "1234567890", "email": "other@example.com", "email_verified": False})

        jane.refresh_from_db()
        assert (jane.email, jane.email_verified) == ("jane@example.com", True)
