"""The door for staff: Django's admin site, one module per noun.

Owns lists, forms and pages. What an action does is decided by services; nothing here writes users,
pools, clients or groups by itself.

======================  ==========================================================================
``users``               list, page, forms (``user_forms``), buttons (``user_actions``), further pages
``user_pools``          policies and keys; attributes with preview in ``schema_editor``
``user_pool_clients``   app clients and their secrets
``groups``              groups and members
``identity_providers``  providers elsewhere; their forms in ``identity_provider_forms``
``linked_identities``   whose accounts identities there are; on a user's page in ``user_identities``
``resource_servers``    resource servers and their scopes
``user_pool_domains``   prefixes and custom domains
``terms``               links to terms of use and privacy policies
``user_import_jobs``    imports of users: upload, progress, report
``access_keys``         keys that sign administrative calls
``message_templates``   texts with preview and test-send
``auth_events``         the log, read-only
``audit_events``        administrative calls, read-only
``branding``            styles of login pages; style sheet and logo of the classic ones
``staff_rules``         who may touch what, beyond Django's permissions
======================  ==========================================================================
"""

from cognito_auth.admin import (
    access_keys,
    audit_events,
    auth_events,
    branding,
    groups,
    identity_providers,
    linked_identities,
    message_templates,
    resource_servers,
    terms,
    user_import_jobs,
    user_pool_clients,
    user_pool_domains,
    user_pools,
    users,
)

__all__ = [
    "access_keys",
    "audit_events",
    "auth_events",
    "branding",
    "groups",
    "identity_providers",
    "linked_identities",
    "message_templates",
    "resource_servers",
    "terms",
    "user_import_jobs",
    "user_pool_clients",
    "user_pool_domains",
    "user_pools",
    "users",
]
