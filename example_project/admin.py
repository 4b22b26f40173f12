"""Takes allauth's pages out of the admin site: its tables stay empty here, providers and links are the user pools'."""

from django.apps import apps
from django.contrib import admin

for label in ("account", "socialaccount"):
    if apps.is_installed(f"allauth.{label}"):
        shown = [model for model in apps.get_app_config(label).get_models() if admin.site.is_registered(model)]
        admin.site.unregister(shown)
