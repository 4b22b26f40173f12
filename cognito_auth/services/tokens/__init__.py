"""Tokens of a pool: keys, claims, issuing, refreshing, revoking, checking.

==================  ==================================================================
``issuer``          the ``iss`` of a pool
``keys``            a pool's RSA keys: made, rotated, published
``signing``         a signed token from claims
``claims``          what stands in ID and access tokens
``issue``           a new token family after a sign-in
``client_token``    the access token of a machine
``exchange``        a narrower token of another client for one of a person
``refresh``         new tokens for a refresh token, with or without rotation
``revoke``          ending one family, or all of a user
``compact``         the form of a signed token, strictly read
``verify``          whether a token is what it claims to be, without the database
``verified_token``  what a checked token says
``errors``          why a token is refused
``trusted``         whose tokens are accepted: own pools and ``TRUSTED_POOLS``
``foreign_keys``    the published keys of pools elsewhere
``live``            whether the session and the user of an own token still are
``access``          whom an access token stands for, for operations that take one
==================  ==================================================================
"""
