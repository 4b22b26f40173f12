"""Door: protected views of Django REST framework.

==================  =====================================================================
``authentication``  whose token a request bears; the only module that imports simplejwt
``permissions``     what a token must say: scopes, groups, kind
``principals``      who is ``request.user`` when no row of the user table is
``refusals``        the answers of RFC 6750
``openapi``         the description for drf-spectacular
==================  =====================================================================

====================================  ======================  ============================
token                                 ``request.user``        database
====================================  ======================  ============================
of an own pool                        the user                one query: user and session
of a trusted pool                     what the resolver says  one query
of a trusted pool, without resolver   ``TokenUser``           none
of a machine, where a view takes it   ``MachinePrincipal``    one query for own pools
====================================  ======================  ============================

``request.auth`` is the checked token (``services.tokens.verified_token.VerifiedToken``).
"""
