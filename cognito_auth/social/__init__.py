"""Door: sign-in with other providers through django-allauth; not built yet."""
