"""A Django site of somebody else's that signs people in with mozilla-django-oidc; run as a program.

Its settings come from the environment: ``SITE_PORT``, ``SITE_DATABASE``, ``SITE_ISSUER``, ``SITE_CLIENT_ID``,
``SITE_CLIENT_SECRET``. It tells who is signed in at ``/``.
"""

import os
from wsgiref.simple_server import make_server

import requests
from django.conf import settings


def configure():
    issuer = os.environ["SITE_ISSUER"]
    server = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    settings.configure(
        SECRET_KEY="of a site in a test",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="tests.journeys.relying_parties.django_site_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SITE_DATABASE"]}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "mozilla_django_oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        # The pool runs on the same host in this test.
        SESSION_COOKIE_NAME="site_session",
        LOGIN_URL="oidc_authentication_init",
        LOGIN_REDIRECT_URL="/",
        OIDC_RP_CLIENT_ID=os.environ["SITE_CLIENT_ID"],
        OIDC_RP_CLIENT_SECRET=os.environ["SITE_CLIENT_SECRET"],
        OIDC_RP_SIGN_ALGO="RS256",
        OIDC_RP_SCOPES="openid email",
        OIDC_USE_PKCE=True,
        OIDC_TOKEN_USE_BASIC_AUTH=os.environ.get("SITE_BASIC") == "1",
        OIDC_OP_AUTHORIZATION_ENDPOINT=server["authorization_endpoint"],
        OIDC_OP_TOKEN_ENDPOINT=server["token_endpoint"],
        OIDC_OP_USER_ENDPOINT=server["userinfo_endpoint"],
        OIDC_OP_JWKS_ENDPOINT=server["jwks_uri"],
    )


def main():
    configure()

    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    django.setup()
    call_command("migrate", verbosity=0)
    with make_server("localhost", int(os.environ["SITE_PORT"]), get_wsgi_application()) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
