"""URLs of the account page and its sections, under the id of their pool."""

from django.urls import re_path

from cognito_auth.managed_login.account import contacts
from cognito_auth.managed_login.account.authenticator_app import authenticator_app
from cognito_auth.managed_login.account.data import data
from cognito_auth.managed_login.account.deletion import deletion
from cognito_auth.managed_login.account.devices import devices
from cognito_auth.managed_login.account.factors import factors
from cognito_auth.managed_login.account.identities import identities
from cognito_auth.managed_login.account.overview import overview
from cognito_auth.managed_login.account.passkeys import passkeys
from cognito_auth.managed_login.account.password import password
from cognito_auth.managed_login.account.profile import profile
from cognito_auth.managed_login.account.recovery_codes import recovery_codes
from cognito_auth.managed_login.account.sessions import sessions

_ACCOUNT = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/account"

urlpatterns = [
    re_path(rf"{_ACCOUNT}$", overview, name="account"),
    re_path(rf"{_ACCOUNT}/profile$", profile, name="account_profile"),
    re_path(rf"{_ACCOUNT}/email$", contacts.view_of("email", "email"), name="account_email"),
    re_path(rf"{_ACCOUNT}/phone$", contacts.view_of("phone", "phone_number"), name="account_phone"),
    re_path(rf"{_ACCOUNT}/password$", password, name="account_password"),
    re_path(rf"{_ACCOUNT}/passkeys$", passkeys, name="account_passkeys"),
    re_path(rf"{_ACCOUNT}/factors$", factors, name="account_factors"),
    re_path(rf"{_ACCOUNT}/app$", authenticator_app, name="account_app"),
    re_path(rf"{_ACCOUNT}/recoveryCodes$", recovery_codes, name="account_recovery_codes"),
    re_path(rf"{_ACCOUNT}/identities$", identities, name="account_identities"),
    re_path(rf"{_ACCOUNT}/sessions$", sessions, name="account_sessions"),
    re_path(rf"{_ACCOUNT}/devices$", devices, name="account_devices"),
    re_path(rf"{_ACCOUNT}/data$", data, name="account_data"),
    re_path(rf"{_ACCOUNT}/delete$", deletion, name="account_delete"),
]
