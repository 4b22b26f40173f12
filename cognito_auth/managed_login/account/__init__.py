"""The pages of a person's own account: ``/<pool id>/account`` and what is below it.

They are for the person of the browser's session. What they may write is what the app client of that session may
write; the services decide, these pages show.

===================  ===========================================================================
``visits``           who is there: the session, how fresh it is, how often they come
``sections``         which sections there are, and which of them a person has a use for
``actions``          buttons that do one thing and lead back
``notices``          the sentences that are said afterwards
``overview`` …       one module for each section, named as in its address
===================  ===========================================================================
"""
