"""Messages to people: what they say, in which language, and how they leave.

=================  ==========================================================================
``delivery``       what services call: codes, invitations, notices; masked destinations
``context``        what a message is about: the values its templates see, the language
``templates``      which text applies: the pool's own, the API's, the files; rendering
``placeholders``   filling ``{####}`` and its like into texts that are data, not programs
``links``          the address behind "confirm by link"
``dispatch``       when a message leaves: after commit, inline or through the project's queue
``email``          one e-mail through Django's mail API
``sms``            backends for text messages, in the manner of ``django.core.mail``
``preview``        the admin's preview and test message
=================  ==========================================================================

Does not own: making and checking codes (``services/codes``), and who may ask for one.
"""
