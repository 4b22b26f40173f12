"""URLs of the user pools; include them at the root of the site or under any prefix."""

app_name = "cognito_auth"

urlpatterns: list[object] = []
