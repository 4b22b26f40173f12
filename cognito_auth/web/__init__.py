"""What the doors for browsers share: pages, cookies, languages, and how a sign-in ends.

==============  ======================================================================
``addresses``   where the pages of a pool are
``bodies``      bodies of requests that come in pieces
``cookies``     what a pool keeps in a browser
``domains``     pools at the root of a host of their own
``languages``   which language a page speaks
``looks``       colours and logos of pages
``pages``       headers of pages, and facts of requests
``queries``     query strings that are changed
``rates``       how often endpoints and pages may be asked
``requests``    views that carry an authorization request in their address
``linking``     an identity elsewhere that waits for its account
``completion``  from a proof of who somebody is back to the client
==============  ======================================================================
"""
