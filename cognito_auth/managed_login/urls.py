"""URLs of the pages, under the id of their pool."""

from django.urls import re_path

from cognito_auth.managed_login.account import urls as account_urls
from cognito_auth.managed_login.assets import asset, logo
from cognito_auth.managed_login.challenges import registry
from cognito_auth.managed_login.views.add_passkey import add_passkey
from cognito_auth.managed_login.views.auth_event_feedback import auth_event_feedback
from cognito_auth.managed_login.views.challenge import view_of
from cognito_auth.managed_login.views.confirm_forgot_password import confirm_forgot_password
from cognito_auth.managed_login.views.confirm_user import confirm_user
from cognito_auth.managed_login.views.device import device
from cognito_auth.managed_login.views.error import error
from cognito_auth.managed_login.views.forgot_password import forgot_password
from cognito_auth.managed_login.views.login import login
from cognito_auth.managed_login.views.resend_code import resendcode
from cognito_auth.managed_login.views.sign_up import signup
from cognito_auth.managed_login.views.site_login import site_callback, site_login, site_logout

_POOL = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)"

urlpatterns = [
    re_path(r"^site/login$", site_login, name="site_login"),
    re_path(r"^site/callback$", site_callback, name="site_callback"),
    re_path(r"^site/logout$", site_logout, name="site_logout"),
    re_path(rf"{_POOL}/login$", login, name="login"),
    re_path(rf"{_POOL}/signup$", signup, name="signup"),
    re_path(rf"{_POOL}/error$", error, name="error"),
    # Two patterns, since links are written with the slash and clients of AWS ask for either.
    re_path(rf"{_POOL}/confirmUser$", confirm_user),
    re_path(rf"{_POOL}/confirmUser/$", confirm_user, name="confirm_user"),
    re_path(rf"{_POOL}/resendcode$", resendcode, name="resendcode"),
    re_path(rf"{_POOL}/forgotPassword$", forgot_password, name="forgot_password"),
    re_path(rf"{_POOL}/confirmForgotPassword$", confirm_forgot_password, name="confirm_forgot_password"),
    re_path(rf"{_POOL}/passkeys/add$", add_passkey, name="add_passkey"),
    re_path(rf"{_POOL}/device$", device, name="device"),
    *account_urls.urlpatterns,
    re_path(rf"{_POOL}/authEventFeedback/?$", auth_event_feedback, name="auth_event_feedback"),
    *(re_path(rf"{_POOL}/{page.path}$", view_of(page), name=f"challenge_{page.path}") for page in registry.PAGES),
    re_path(rf"{_POOL}/assets/(?P<asset_id>[0-9a-f-]{{36}})$", asset, name="asset"),
    re_path(rf"{_POOL}/assets/(?P<whose>[0-9A-Za-z]+)/(?P<digest>[0-9a-f]{{32}})\.(?:png|jpeg)$", logo, name="logo"),
]
