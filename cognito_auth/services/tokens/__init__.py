"""Tokens of a pool: signing keys, claims, issuing, refreshing, revoking, checking.

==============  ===================================================================
``keys``        the RSA keys of a pool and their rotation
``issuer``      the ``iss`` of a pool
``claims``      what stands in ID and access tokens
``issue``       a new token family after a sign-in
``refresh``     new tokens for a refresh token, with or without rotation
``revoke``      ending one family, or all of a user
``access``      whose access token this is, for operations that take one
==============  ===================================================================
"""
