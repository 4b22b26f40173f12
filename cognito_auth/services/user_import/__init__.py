"""Importing users from a CSV file: the job, its file, its rows.

===================  ===============================================================================
``jobs``             the job's life: making, starting, stopping, resuming, expiring
``upload_links``     the signed address to which the file is sent
``files``            the file, in pieces in the database
``records``          rows of the file, with where each begins
``columns``          which columns a file has
``people``           from a row to a user, by the rules of sign-up
``password_hashes``  hashes of passwords from elsewhere
``batches``          many users at once, with their sign-in names
``running``          the work itself, batch by batch, so that it can be interrupted at any moment
===================  ===============================================================================

::

    Created ─start→ Pending ─worker→ InProgress ─→ Succeeded | Failed
       │                │                │
       └24 h→ Expired   └────── stop → Stopping → Stopped ─resume (ours)→ Pending

No triggers run, no messages and no signals are sent.
Source: AWS "Importing users from a CSV file", API_CreateUserImportJob.
"""
