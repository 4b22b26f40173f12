"""Where an operation is kinder than AWS's, in pools that are not strict.

For the operations table of the reference; what is not listed here has not been compared line by line.
"""

from collections.abc import Mapping

WHEN_NOT_STRICT: Mapping[str, str] = {
    "AddCustomAttributes": "The number of custom attributes is limited by MAX_CUSTOM_ATTRIBUTES alone.",
    "CreateGroup": "The number of groups per pool has no limit.",
    "CreateIdentityProvider": "The number of providers per pool has no limit; local addresses may be http.",
    "CreateManagedLoginBranding": "The number of styles per pool has no limit.",
    "CreateUserImportJob": "The number of import jobs per pool has no limit.",
    "SetLogDeliveryConfiguration": "Authentication events may be delivered in every tier.",
    "SetUICustomization": "The pool needs no domain.",
}
