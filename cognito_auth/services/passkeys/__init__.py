"""Passkeys: WebAuthn credentials with which people sign in.

==================  ======================================================================
``configuration``   the pool's relying party and what it demands of authenticators
``responses``       reading and checking what an authenticator sent
``registration``    a new passkey, in two steps
``assertion``       signing in with one
``credentials``     the passkeys of a user: which are usable, listing, deleting
==================  ======================================================================

Signatures and CBOR are the ``fido2`` library's; which answer is given to what is decided here.
Source: W3C Web Authentication Level 2, 7.1 and 7.2; AWS "Passkey sign-in".
"""
