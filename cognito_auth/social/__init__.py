"""Door: sign-in with accounts elsewhere.

django-allauth speaks with the providers; who the person is, is decided by ``services/federation``.

=================================  ===================================================================
``/<pool id>/oauth2/idprequest``   ``views/idp_request.py``: to the provider
``/<pool id>/oauth2/linkrequest``  ``views/link_request.py``: to the provider, to link an account there
``/<pool id>/oauth2/idpresponse``  ``views/idp_response.py``: and back
``/<pool id>/saml2/idpresponse``   ``views/saml_response.py``: back from a SAML provider
``/<pool id>/saml2/metadata``      ``views/saml_metadata.py``: what its administrator needs
``/<pool id>/saml2/logout``        ``views/saml_logout.py``: single sign-out
``/<pool id>/linkAccount``         ``views/link_account.py``: whose account is it?
=================================  ===================================================================

``providers/`` has a file for each type of provider, ``saml/`` speaks SAML; ``adapter`` is what allauth asks;
``egress`` guards what is fetched from addresses that administrators enter; ``id_tokens`` and ``discovery``
are of OpenID Connect.
"""
