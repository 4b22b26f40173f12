"""SAML 2.0, for companies' own accounts. Needs the extra ``saml`` (python3-saml).

===================  ====================================================================
``toolkit``          python3-saml's settings of a provider and a pool
``metadata``         the provider's metadata: as uploaded, or fetched and kept for six hours
``requests``         the way there
``responses``        who the person is, of an assertion that holds
``sign_out``         ending the provider's session, too
``logout_requests``  the provider ends the person's session: its word, and our answer
===================  ====================================================================

Source: SAML 2.0 Core, Bindings and Profiles; AWS "Using SAML identity providers with a user pool".
"""
