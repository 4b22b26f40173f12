"""The authorization server: what OAuth 2 and OpenID Connect clients may ask for, and what they get.

=============================  ===================================================================
``errors``                     refusals: sent to the client, or shown to the person
``authorization_requests``     what a client asks for at ``/oauth2/authorize``, checked
``authorization``              what happens next with such a request, and how it ends
``authorization_codes``        codes: made, exchanged once
``browser_sessions``           who is signed in with which browser
``sign_out_requests``          what a browser that signs out asks for
``device_authorizations``      devices that wait for a person to say yes elsewhere
``client_authentication``      who calls the token endpoint
``token_endpoint``             which grant a form asks for
``user_info``                  what an access token tells about its person
``grants/``                    one file per ``grant_type``
=============================  ===================================================================

Source: RFC 6749, RFC 7636, RFC 9700; OpenID Connect Core; AWS "Authorize endpoint", "Token endpoint".
"""
