"""The pages of challenges, one after another as a person meets them."""

import json
import re
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from cognito_auth import crypto
from cognito_auth.choices import AuthFlow, UserStatus
from cognito_auth.managed_login.challenges.custom import CustomPage
from cognito_auth.managed_login.steps import Step
from cognito_auth.models import BrowserSession, Passkey, SoftwareToken
from cognito_auth.services.messages.sms.locmem import outbox
from cognito_auth.services.mfa import recovery_codes
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import engine, opening
from cognito_auth.web import cookies
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolClientFactory
from tests.managed_login.conftest import visit
from tests.mfa import ALL_FACTORS, code, enrol, mailed_code, texted_code, wrong_code
from tests.oauth.conftest import PASSWORD, REDIRECT_URI

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "0ther-Passw0rd!"


@pytest.fixture(autouse=True)
def _no_texts():
    outbox.clear()


@pytest.fixture
def configured(pool):
    """Change settings of the pool."""

    def configure(**fields):
        for name, value in fields.items():
            setattr(pool, name, value)
        pool.save()

    return configure


@pytest.fixture
def chooses(configured, oauth_client):
    """Let people choose their first factor."""

    def choose(*factors):
        configured(
            allowed_first_auth_factors=list(factors), web_authn_configuration={"RelyingPartyId": "testserver.example"}
        )
        oauth_client.explicit_auth_flows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        oauth_client.save()

    return choose


@pytest.fixture
def proves_password(opens, user):
    """Sign in with the password and return the page that follows."""
    return lambda: opens().send(username="jane", password=PASSWORD)


def amr():
    return BrowserSession.objects.latest("created_at").amr


class TestSoftwareToken:
    @pytest.fixture(autouse=True)
    def _app(self, configured, user):
        configured(mfa_configuration="ON", software_token_mfa_enabled=True)
        enrol(user)

    def test_takes_the_code_of_the_app(self, proves_password):
        page = proves_password()

        assert page.name == "mfa/app"
        assert 'autocomplete="one-time-code"' in page.html
        assert 'inputmode="numeric"' in page.html
        assert page.send(code=code()).is_done
        assert amr() == ["pwd", "otp", "mfa"]

    def test_takes_a_code_with_a_space_in_it(self, proves_password):
        digits = code()

        assert proves_password().send(code=f" {digits[:3]} {digits[3:]}").is_done

    def test_says_beside_the_field_that_the_code_is_wrong(self, proves_password):
        page = proves_password().send(code=wrong_code())

        assert page.status == 400
        assert "not right" in page.error_at("code")
        assert page.send(code=code()).is_done

    def test_takes_a_recovery_code_in_its_place(self, proves_password, user):
        recovery = recovery_codes.generate(user, now=timezone.now())[0]
        page = proves_password()

        wrong = page.send(recovery_code="nonsense")

        assert "not right" in wrong.error_at("recovery_code")
        assert '<details class="reveals" open>' in wrong.html
        assert 'id="field-code-error"' not in wrong.html
        assert page.send(recovery_code=recovery).is_done

    def test_says_what_is_missing(self, proves_password):
        assert proves_password().send(recovery_code="").error_at("recovery_code") == "Please fill in this field."
        assert proves_password().send(code=" ").error_at("code") == "Please fill in this field."

    def test_needs_the_session_of_the_step(self, opens):
        page = opens("mfa/app")

        assert page.status == 400
        assert "Please sign in again" in page.text

    def test_ends_in_words_when_it_took_too_long(self, proves_password):
        page = proves_password()

        with time_machine.travel(timezone.now() + timedelta(minutes=4)):
            late = page.send(code="123456")

        assert "Please sign in again" in late.text
        assert "took too long" in late.text
        assert cookies.STEP not in {name for name, morsel in page.browser.cookies.items() if morsel.value}

    def test_takes_no_step_of_another_client(self, proves_password, pool):
        page = proves_password()
        other = UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid", "email"],
            callback_urls=[REDIRECT_URI],
        )
        query = parse_qs(urlsplit(page.path).query)
        path = page.path.replace(query["client_id"][0], other.pk)

        answer = visit(page.browser, path, code=code())

        assert answer.status == 400
        assert "Please sign in again" in answer.text
        assert not BrowserSession.objects.exists()

    def test_takes_no_step_of_another_pool(self, proves_password):
        page = proves_password()
        other = UserPoolClientFactory(
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid", "email"],
            callback_urls=[REDIRECT_URI],
        )
        thief = Client()
        thief.cookies[cookies.STEP] = page.browser.cookies[cookies.STEP].value
        path = f"/{other.pool_id}/mfa/app?response_type=code&client_id={other.pk}&redirect_uri={REDIRECT_URI}"

        answer = visit(thief, path, code=code())

        assert "Please sign in again" in answer.text
        assert not BrowserSession.objects.exists()

    @pytest.mark.parametrize(
        "value",
        ["x", "gAAAAAB", "", crypto.encrypt("[]"), crypto.encrypt('{"challenge": "X"}')],
        ids=["text", "beginning", "nothing", "list", "unknown"],
    )
    def test_takes_no_step_that_is_none(self, proves_password, value):
        page = proves_password()
        page.browser.cookies[cookies.STEP] = value

        assert page.send(code=code()).status == 400

    def test_goes_on_with_the_step_that_waits(self, proves_password, asks):
        page = proves_password()

        assert visit(page.browser, asks("emailCode")).name == "mfa/app"
        assert visit(page.browser, asks("emailCode"), code="1").name == "mfa/app"

    def test_needs_the_token_against_forgery(self, user, asks, proves_password):
        page = proves_password()
        careful = Client(enforce_csrf_checks=True)
        careful.cookies = page.browser.cookies

        assert careful.post(page.path, {"code": code()}).status_code == 403


class TestMfaSetup:
    def test_sets_up_an_app_with_a_qr_code(self, configured, proves_password, user):
        configured(mfa_configuration="ON", software_token_mfa_enabled=True)

        page = proves_password()
        secret = re.search(r'class="secret-text"[^>]*>([A-Z2-7 ]+)<', page.html).group(1).replace(" ", "")
        wrong = page.send(code=wrong_code())
        done = page.send(code=pyotp.TOTP(secret).now(), device="Phone")

        assert page.name == "mfa/setup"
        assert "<svg" in page.html
        assert 'role="img"' in page.html
        assert f"otpauth://totp/people%3Ajane?secret={secret}" in page.html
        assert "not right" in wrong.error_at("code")
        assert done.is_done
        token = SoftwareToken.objects.get()
        assert (token.user.username, token.friendly_name) == ("jane", "Phone")

    def test_keeps_its_secret_while_the_page_is_reloaded(self, configured, proves_password):
        configured(mfa_configuration="ON", software_token_mfa_enabled=True)
        page = proves_password()

        again = visit(page.browser, page.path)

        secrets = [re.search(r'class="secret-text"[^>]*>([^<]+)<', each.html).group(1) for each in (page, again)]
        assert secrets[0] == secrets[1]

    def test_adds_a_phone_number_after_another_thought(self, configured, proves_password, user):
        configured(mfa_configuration="ON", software_token_mfa_enabled=True, sms_mfa_enabled=True)

        page = proves_password()
        app = page.send(answer="SOFTWARE_TOKEN_MFA")
        back = app.send(action="other")
        phone = back.send(answer="SMS_MFA")
        bad = phone.send(phone_number="12")
        sent = phone.send(phone_number="+14155550123")
        done = sent.send(code=texted_code())

        assert "Protect your account" in page.text
        assert "Set up your authenticator app" in app.text
        assert "Protect your account" in back.text
        assert "Add your phone number" in phone.text
        assert "country code" in bad.error_at("phone_number")
        assert sent.name == "mfa/sms"
        assert "+*******0123" in sent.text
        assert done.is_done
        user.refresh_from_db()
        assert (user.phone_number, user.phone_number_verified) == ("+14155550123", True)

    def test_takes_no_factor_that_is_not_offered(self, configured, proves_password):
        configured(mfa_configuration="ON", software_token_mfa_enabled=True, sms_mfa_enabled=True)

        assert "Protect your account" in proves_password().send(answer="EMAIL_OTP").text


class TestSelectMfa:
    @pytest.fixture(autouse=True)
    def _factors(self, configured, pool):
        configured(mfa_configuration="ON", account_recovery={"RecoveryMechanisms": []}, **ALL_FACTORS)
        user = UserFactory(
            pool=pool, username="jane", confirmed=True, phone_number="+14155550123", phone_number_verified=True
        )
        enrol(user)

    @pytest.fixture
    def page(self, opens):
        return opens().send(username="jane", password=PASSWORD)

    def test_leads_to_the_chosen_factor_and_back(self, page):
        text = page.send(answer="SMS_MFA")
        back = text.send(action="other")
        mail = back.send(answer="EMAIL_OTP")

        assert page.name == back.name == "mfa"
        assert "Code from an authenticator app" in page.text
        assert text.name == "mfa/sms"
        assert "Use another method" in text.text
        assert mail.name == "emailCode"
        assert mail.send(code=mailed_code()).is_done
        assert amr() == ["pwd", "email_otp", "mfa"]

    def test_sends_the_code_again(self, page):
        sent = page.send(answer="SMS_MFA")
        first = texted_code()
        again = sent.send(action="resend")
        second = texted_code()

        assert "We sent you a new code." in again.text
        assert "Use another method" in again.text
        assert len(outbox) == 2
        if first != second:
            assert again.send(code=first).status == 400
        assert again.send(code=second).is_done

    def test_does_not_send_without_end(self, page):
        sent = page.send(answer="SMS_MFA")
        for _time in range(19):
            sent = sent.send(action="resend")
        refused = sent.send(action="resend")

        assert refused.alert.startswith("Too many sign-in codes were asked for.")
        assert len(outbox) == 20

    def test_takes_nothing_that_is_not_offered(self, page):
        refused = page.send(answer="MAGIC")

        assert refused.status == 400
        assert refused.alert


class TestPreferredMfa:
    @pytest.fixture
    def prefers(self, configured, user):
        def prefer(factor, **fields):
            configured(mfa_configuration="OPTIONAL", account_recovery={"RecoveryMechanisms": []}, **ALL_FACTORS)
            enrol(user)
            type(user).objects.filter(pk=user.pk).update(
                preferred_mfa=factor, **{"sms_mfa_enabled": True, "phone_number": "+15555550100", **fields}
            )

        return prefer

    def test_leads_to_the_others_and_back(self, prefers, proves_password):
        prefers("SOFTWARE_TOKEN_MFA")

        preferred = proves_password()
        others = preferred.send(action="other")
        text = others.send(answer="SMS_MFA")

        assert "Use another method" in preferred.text
        assert "/mfa/app?" in preferred.path
        assert "/mfa?" in others.path
        assert [value in others.html for value in ("SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP")] == [True, True, False]
        assert "/mfa/sms?" in text.path
        assert "/mfa?" in text.send(action="other").path
        assert proves_password().path.partition("?")[0] == preferred.path.partition("?")[0]

    def test_signs_in_with_another(self, prefers, proves_password):
        prefers("SOFTWARE_TOKEN_MFA")

        done = proves_password().send(action="other").send(answer="SMS_MFA").send(code=texted_code())

        assert "code=" in done.path
        assert "sms" in amr()

    def test_still_needs_a_factor(self, prefers, proves_password):
        prefers("SOFTWARE_TOKEN_MFA")

        others = proves_password().send(action="other")

        assert others.send(answer="EMAIL_OTP").status == 400
        assert others.send(answer="").status == 400
        assert not BrowserSession.objects.exists()

    def test_offers_none_to_who_has_no_other(self, prefers, proves_password):
        prefers("SOFTWARE_TOKEN_MFA", sms_mfa_enabled=False)

        page = proves_password()

        assert "Use another method" not in page.text
        assert "/mfa/app?" in page.send(action="other").path

    def test_offers_none_after_the_choice_of_a_first_factor_alone(self, prefers, chooses, opens):
        prefers("SOFTWARE_TOKEN_MFA", sms_mfa_enabled=False)
        chooses("PASSWORD", "EMAIL_OTP")

        page = opens().send(username="jane").send(answer="PASSWORD", password=PASSWORD)

        assert "/mfa/app?" in page.path
        assert "Use another method" not in page.text


class TestNewPassword:
    @pytest.fixture(autouse=True)
    def _invited(self, pool, user):
        SchemaAttributeFactory(pool=pool, name="family_name", required=True, max_length=2048)
        user.status = UserStatus.FORCE_CHANGE_PASSWORD
        user.save()

    def test_takes_a_new_password_and_what_is_required(self, proves_password, user):
        page = proves_password()

        missing = page.send(new_password=NEW_PASSWORD, family_name="")
        weak = page.send(new_password="weak", family_name="Doe")
        done = page.send(new_password=NEW_PASSWORD, family_name="Doe")

        assert page.name == "changePassword"
        assert 'autocomplete="new-password"' in page.html
        assert missing.error_at("family_name") == "Please fill in this field."
        assert "at least 8 characters" in weak.error_at("new_password")
        assert 'value="Doe"' in weak.html
        assert "weak" not in weak.html
        assert done.is_done
        user.refresh_from_db()
        assert (user.status, user.family_name) == (UserStatus.CONFIRMED, "Doe")
        assert user.check_password(NEW_PASSWORD)

    def test_shows_the_rules_of_the_pool(self, proves_password, pool):
        pool.password_require_symbols = False
        pool.password_minimum_length = 12
        pool.save()

        page = proves_password()

        assert "At least 12 characters" in page.text
        assert "A symbol" not in page.text


class TestChoice:
    def test_asks_for_the_name_first_and_then_for_the_way(self, chooses, opens, user):
        chooses("PASSWORD", "EMAIL_OTP")

        first = opens()
        page = first.send(username="jane")

        assert 'name="password"' not in first.html
        assert page.name == "selectChallenge"
        assert "Send me a code by email" in page.text
        assert "passkey" not in page.text
        assert page.send(answer="PASSWORD", password=PASSWORD).is_done

    def test_says_beside_the_field_that_the_password_is_wrong(self, chooses, opens, user):
        chooses("PASSWORD", "EMAIL_OTP")
        page = opens().send(username="jane")

        wrong = page.send(answer="PASSWORD", password="wrong")
        empty = page.send(answer="PASSWORD", password="")

        assert wrong.error_at("password") == "The username or the password is wrong."
        assert empty.error_at("password") == "Please fill in this field."
        assert page.send(answer="PASSWORD", password=PASSWORD).is_done

    def test_signs_in_with_a_code_by_email(self, chooses, opens, user):
        chooses("PASSWORD", "EMAIL_OTP")

        page = opens().send(username="jane").send(answer="EMAIL_OTP")
        wrong = page.send(code="00000000" if mailed_code(8) != "00000000" else "11111111")
        back = page.send(action="other")

        assert page.name == "emailCode"
        assert "j***@e***" in page.text
        assert "not right" in wrong.error_at("code")
        assert back.name == "selectChallenge"
        assert back.send(answer="EMAIL_OTP").send(code=mailed_code(8)).is_done
        assert amr() == ["email_otp"]

    def test_is_skipped_where_there_is_one_way(self, chooses, opens, pool):
        chooses("SMS_OTP", "PASSWORD")
        UserFactory(pool=pool, username="kim", confirmed=True)
        chooses("SMS_OTP")
        UserFactory(pool=pool, username="lee", confirmed=True, phone_number="+14155550123")

        page = opens().send(username="lee")

        assert page.name == "smsCode"
        assert "Use another method" not in page.text
        assert page.send(code=texted_code(8)).is_done

    def test_asks_strangers_the_same(self, chooses, opens, user, oauth_client):
        chooses("EMAIL_OTP")
        oauth_client.prevent_user_existence_errors = True
        oauth_client.save()

        known, stranger = opens().send(username="jane"), opens().send(username="nobody")
        wrong = [page.send(code="00000001") for page in (stranger,)]

        assert known.name == stranger.name == "emailCode"
        assert "not right" in wrong[0].error_at("code")
        assert re.sub(r"\w\*\*\*@\w\*\*\*", "", known.text) == re.sub(r"\w\*\*\*@\w\*\*\*", "", stranger.text)

    def test_takes_no_way_that_is_not_offered(self, chooses, opens, user):
        chooses("PASSWORD", "EMAIL_OTP")

        page = opens().send(username="jane").send(answer="SMS_OTP")

        assert page.status == 400
        assert page.alert


class TestPasskey:
    def test_is_asked_for_by_the_page(self, chooses, opens, user):
        chooses("PASSWORD", "WEB_AUTHN")
        Passkey.objects.create(
            user=user, credential_id="AAAA", public_key="AA", relying_party_id="testserver.example", sign_count=0
        )

        page = opens().send(username="jane")
        options = json.loads(re.search(r'id="passkey-options" type="application/json">(.*?)<', page.html).group(1))
        alone = page.send(answer="WEB_AUTHN")
        refused = page.send(credential='{"id": "x"}')

        assert page.name == "selectChallenge"
        assert options["rpId"] == "testserver.example"
        assert [each["id"] for each in options["allowCredentials"]] == ["AAAA"]
        assert alone.name == "passkey"
        assert "Passkeys need a browser with JavaScript." in alone.text
        assert "Use another method" in alone.text
        assert refused.status in (200, 400)

    def test_of_which_there_are_many_still_fits_into_a_cookie(self, chooses, opens, user, client):
        chooses("PASSWORD", "WEB_AUTHN")
        for number in range(20):
            Passkey.objects.create(
                user=user,
                credential_id=f"{number:0200d}",
                public_key="AA",
                relying_party_id="testserver.example",
                sign_count=0,
            )

        page = opens().send(username="jane")
        options = json.loads(re.search(r'id="passkey-options" type="application/json">(.*?)<', page.html).group(1))

        assert page.name == "selectChallenge"
        assert len(client.cookies[cookies.STEP].value) < 4000
        assert options["rpId"] == "testserver.example"
        assert options["allowCredentials"] == []

    def test_is_offered_before_anybody_gave_a_name(self, chooses, opens, user):
        chooses("PASSWORD", "WEB_AUTHN")

        page = opens()
        options = json.loads(re.search(r'id="passkey-options" type="application/json">(.*?)<', page.html).group(1))

        assert options["allowCredentials"] == []
        assert "data-conditional" in page.html

    @pytest.mark.parametrize("credential", ["{", "[]", "null", '{"response": 1}', '{"response": {"userHandle": "eA"}}'])
    def test_that_cannot_be_read_is_refused_in_words(self, chooses, opens, user, credential):
        chooses("PASSWORD", "WEB_AUTHN")

        page = opens().send(credential=credential)

        assert page.status == 400
        assert page.alert

    def test_without_a_question_is_refused(self, chooses, opens, user, client, asks):
        chooses("PASSWORD", "WEB_AUTHN")

        assert "Please sign in again" in visit(client, asks("login"), credential="{}").text


def define(event, context):
    """DefineAuthChallenge handler: one question, and whoever answers it is in."""
    session = event["request"]["session"]
    event["response"]["issueTokens"] = bool(session) and session[-1]["challengeResult"]
    event["response"]["failAuthentication"] = bool(session) and not session[-1]["challengeResult"]
    event["response"]["challengeName"] = "CUSTOM_CHALLENGE"
    return event


def create(event, context):
    """CreateAuthChallenge handler."""
    event["response"]["publicChallengeParameters"] = {"question": "Which <colour>?", "label": "Colour", "x": "y"}
    event["response"]["privateChallengeParameters"] = {"answer": "blue"}
    return event


def verify(event, context):
    """VerifyAuthChallengeResponse handler."""
    request = event["request"]
    event["response"]["answerCorrect"] = request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]
    return event


class TestCustomChallenge:
    """Pages never start one, so a sign-in that waits with one is put into the browser."""

    @pytest.fixture
    def page(self, settings, pool, oauth_client, user, client, asks):
        triggers = {
            "DefineAuthChallenge": f"{__name__}.define",
            "CreateAuthChallenge": f"{__name__}.create",
            "VerifyAuthChallengeResponse": f"{__name__}.verify",
        }
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": {pool.pk: triggers}}
        parameters = {"USERNAME": "jane"}
        challenge = engine.start(
            opening.read(oauth_client.pk, AuthFlow.CUSTOM_AUTH, parameters),
            AuthFlow.CUSTOM_AUTH,
            parameters,
            is_browser=True,
            origin=RequestOrigin(),
            now=timezone.now(),
        )
        shown = {name: challenge.parameters[name] for name in ("question", "label")}
        step = Step(challenge.name, oauth_client.pk, pool.pk, "jane", session=challenge.session, parameters=shown)
        client.cookies[cookies.STEP] = crypto.encrypt(json.dumps(asdict(step)))
        return visit(client, asks("question"))

    def test_asks_the_question_of_the_code(self, page):
        assert "Which <colour>?" in page.text or "Which &lt;colour&gt;?" in page.html
        assert "Colour" in page.text
        assert page.send(answer="").error_at("answer") == "Please fill in this field."
        assert page.send(answer="blue").is_done

    def test_ends_after_a_wrong_answer(self, page):
        wrong = page.send(answer="red")

        assert wrong.status == 400
        assert "Please sign in again" in page.send(answer="blue").text
        assert not BrowserSession.objects.exists()

    def test_keeps_no_more_of_a_long_question_than_a_cookie_holds(self, oauth_client, pool):
        texts = {"question": "ü" * 5000, "label": "ü" * 5000}
        step = Step("CUSTOM_CHALLENGE", oauth_client.pk, pool.pk, "ü" * 128, session="s" * 96, parameters=texts)

        kept = CustomPage().arrive(None, step, origin=RequestOrigin(), now=timezone.now())

        response = HttpResponse()
        cookies.set_step(RequestFactory().get("/"), response, pool.pk, asdict(kept))
        assert len(response.cookies[cookies.STEP].value) < 4000
