"""Door: the pages of a user pool, for people with a browser.

=============================  =============================================================
``/<pool id>/confirmUser``     the page behind the link of a sign-up e-mail
``/<pool id>/assets/…``        images of styles and logos, in ``assets``
=============================  =============================================================
"""
