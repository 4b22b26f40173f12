"""Takes allauth's pages out of the admin site: its tables stay empty here, providers and links are the user pools'."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin

admin.site.unregister([EmailAddress, SocialAccount, SocialApp, SocialToken])
