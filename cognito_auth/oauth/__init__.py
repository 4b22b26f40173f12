"""Door: the pool as an OAuth 2 and OpenID Connect server.

=================================================  =====================================
``/<pool id>/.well-known/jwks.json``               ``views/jwks.py``
``/<pool id>/.well-known/openid-configuration``    ``views/openid_configuration.py``
``/<pool id>/oauth2/authorize``                    ``views/authorize.py``
``/<pool id>/oauth2/token``                        ``views/token.py``
``/<pool id>/oauth2/userInfo``                     ``views/user_info.py``
``/<pool id>/oauth2/revoke``                       ``views/revoke.py``
``/<pool id>/oauth2/device_authorization``         ``views/device_authorization.py``
``/<pool id>/logout``                              ``views/logout.py``
=================================================  =====================================

``documents`` is what public documents have in common, ``machine_requests`` what programs call.
"""
