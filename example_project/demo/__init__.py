"""The demonstration: a pool with real people in it, played over real HTTP.

=================  ====================================================
``pool.py``        the rows it needs: pool, client, groups, staff, key
``server.py``      the site in a process of its own
``mailbox.py``     the e-mails it sends, read from files
``journey.py``     the steps a person takes, with boto3
``recipes.py``     lines to paste, for the terminal and the first page
``terminal.py``    how it looks
=================  ====================================================
"""
