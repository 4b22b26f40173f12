"""A site that does not include the pools."""

urlpatterns: list[object] = []
