"""Door: sign-in with accounts elsewhere.

django-allauth speaks with the providers; who the person is, is decided by ``services/federation``.

=================================  ===================================================================
``/<pool id>/oauth2/idprequest``   ``views/idp_request.py``: to the provider
``/<pool id>/oauth2/idpresponse``  ``views/idp_response.py``: and back
=================================  ===================================================================

``providers/`` has a file for each type of provider; ``adapter`` is what allauth asks; ``egress`` guards what
is fetched from addresses that administrators enter; ``id_tokens`` and ``discovery`` are of OpenID Connect.
"""
