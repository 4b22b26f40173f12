"""The authorization server: what OAuth 2 and OpenID Connect clients may ask for, and what they get.

=============================  ===================================================================
``errors``                     refusals: sent to the client, or shown to the person
``authorization_requests``     what a client asks for at ``/oauth2/authorize``, checked
``authorization``              what happens next with such a request, and how it ends
``authorization_codes``        codes: made, exchanged once
``browser_sessions``           who is signed in with which browser
``client_authentication``      who calls the token endpoint
``grants/``                    one file per ``grant_type``
=============================  ===================================================================

Source: RFC 6749, RFC 7636, RFC 9700; OpenID Connect Core; AWS "Authorize endpoint", "Token endpoint".
"""
