"""Signing in: from a name to tokens, by way of challenges.

==================  =====================================================================
``opening``         the app client and, where one query tells both, whom it is about
``engine``          starts a flow, takes answers, ends with tokens or the next challenge
``flows/``          one file per way to start (password, refresh token, …)
``challenges/``     one file per thing that may be asked on the way
``next_challenge``  decides what is asked next; nothing else does
``sessions``        the stored half-finished sign-in behind the API's ``Session``
``password_check``  a name and a password, with the lock; also used by Django's log-in
==================  =====================================================================

A flow proves the first factor and never asks for the next; a challenge never calls another.
Source: AWS "Authentication with user pools"; API_InitiateAuth, API_RespondToAuthChallenge.
"""
