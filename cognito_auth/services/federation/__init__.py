"""Signing in with an account elsewhere: social, OpenID Connect and SAML providers.

The door ``social`` speaks with the provider; what it learned there is an :class:`identity.ExternalIdentity`.
Whose account that is and what becomes of it is decided here:

==========================  ==================================================================
``attempts``                one way to a provider and back, bound to the browser, used once
``identity``                what a provider said of a person
``mapped_attributes``       the provider's claims as attributes of the pool
``linking``                 whether the identity belongs to an account that was there before
``joining``                 an account that was made by a provider before the person signs up
``saml_sessions``           what a SAML provider knows a browser by, and its word that it signs out
``sign_in``                 from an identity to a signed-in person
==========================  ==================================================================

Source: AWS "User pool sign-in with third party identity providers".
"""
