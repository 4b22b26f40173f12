"""Door: OAuth 2 and OpenID Connect under a pool's id. One file per endpoint."""
