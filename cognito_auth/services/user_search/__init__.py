"""Listing and searching the users of a pool: filter → plan → page.

===============  ==================================================================================
``grammar``      reads a filter: ``email ^= "jane"``; a superset of it where the pool is not strict
``fields``       what can be searched: which column and index, and how values compare
``planning``     which ranges of which indexes hold everybody that a filter finds
``execution``    reads the ranges page by page, each page at the same bounded cost
===============  ==================================================================================

A filter that an index serves reads what it lists. Others look at a bounded number of users per
call: such a page may be empty and still have a next one.
Source: AWS API_ListUsers, "Searching for users by attributes".
"""

from cognito_auth.services.user_search.execution import search

__all__ = ["search"]
