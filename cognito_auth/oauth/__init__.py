"""Door: what OpenID Connect clients ask of a pool.

=================================================  =====================================
``/<pool id>/.well-known/jwks.json``               ``views/jwks.py``
``/<pool id>/.well-known/openid-configuration``    ``views/openid_configuration.py``
=================================================  =====================================
"""
