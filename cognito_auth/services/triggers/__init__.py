"""Triggers: code of the project that a user pool runs inside its operations, as AWS runs Lambda functions.

A handler is a Python callable ``(event, context)`` or ``(event)`` that gets the Lambda event and returns
it with ``response`` filled in. It is named in ``COGNITO_AUTH["TRIGGERS"]``, for all pools or for one.

=====================================  =============================================================
``event``                              the event dictionary
``calling``, ``time_limit``            finding the handler, calling it once, its errors and its time
``responses``                          reading what it returned
``pre_sign_up``                        may refuse a sign-up, confirm it, or verify addresses
``post_confirmation``                  an account was confirmed
``pre_authentication``                 may refuse a sign-in before anything is proved
``post_authentication``                a sign-in passed everything and is about to get tokens
``pre_token_generation``               changes claims, groups and scopes of tokens
``user_migration``                     takes over an unknown user at their first sign-in
``define_auth_challenge``              says what a custom sign-in asks next
``create_auth_challenge``              makes the question
``verify_auth_challenge_response``     checks the answer
``custom_message``                     writes the text of a message
``custom_email_sender``                sends an e-mail in our place
``custom_sms_sender``                  sends a text message in our place
``inbound_federation``                 changes what an identity provider told of a person
=====================================  =============================================================

Every function here does nothing, and costs one look-up, where no handler is configured.
"""
