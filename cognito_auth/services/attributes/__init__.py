"""Attributes of users: which ones a pool has, which values they take, who may read and write them.

=====================  =====================================================================
``attribute``          one attribute's definition
``definitions``        what a definition may say
``standard``           the twenty attributes that every pool has
``schema``             the attributes of one pool, cached
``validation``         whether values may be written
``formats``            the form of one value
``permissions``        what an app client may read and write
``values``             between the wire's strings and the user's row
``schema_changes``     editing the schema of a pool that has users
=====================  =====================================================================
"""
