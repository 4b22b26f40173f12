"""Door: the pages of a user pool, for people with a browser.

=============================  =============================================================
``/<pool id>/login`` …         the pages of ``views``, one module each
``/<pool id>/mfa/app`` …       the pages of ``challenges``, one module each, drawn by ``views.challenge``
``/<pool id>/account`` …       a person's own account, in ``account``
``/<pool id>/assets/…``        images of styles and logos, in ``assets``
``/site/login`` …              the pages as the project's own log-in, in ``views.site_login``
=============================  =============================================================

A page drives the sign-in engine and decides no rule:

=============  =============================================================================
``steps``      what a sign-in waits with between two pages, in an encrypted cookie
``progress``   from what the engine asks to the next page, or back to the client
``fields``     the fields of forms
``problems``   where on a page a refusal is said
``providers``  buttons of accounts elsewhere
=============  =============================================================================
"""
