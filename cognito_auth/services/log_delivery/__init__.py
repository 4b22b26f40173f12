"""Telling of a pool's events outside of the database: failed messages, and sign-ins and their like.

A pool says which events go to which destination, named by an ARN as at AWS; the project's settings say
what an ARN means here.

==================  ======================================================
``configuration``   what a pool delivers where
``records``         the records, with the members that AWS gives them
``delivery``        from an event to its destination
``webhooks``        posting records from a thread of its own
==================  ======================================================
"""
