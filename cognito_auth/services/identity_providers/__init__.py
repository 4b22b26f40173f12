"""Providers elsewhere that people of a pool may sign in with: their records.

======================  =============================================================================
``records``             making, changing, deleting, finding and listing them
``details``             what each type of provider must and may be told, and what is shown of it
``attribute_mapping``   which claim of the provider becomes which attribute
``saml_metadata``       reading an uploaded metadata document
======================  =============================================================================

Nothing here calls a provider: addresses that are discovered from an issuer or a metadata address are
looked up when somebody signs in. Whose account an identity is: ``services/linked_identities``.
Source: AWS "Third-party IdP sign-in", API_CreateIdentityProvider.
"""
