"""Addresses of the API beside its one endpoint."""

from django.urls import re_path

from cognito_auth.api.user_import_upload import user_import_upload

urlpatterns = [
    re_path(
        r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/userImport/(?P<job_id>import-[0-9a-zA-Z-]{1,48})$",
        user_import_upload,
        name="user_import_upload",
    ),
]
