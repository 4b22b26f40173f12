"""Signals for notice, sent after the change is committed; they cannot refuse anything.

Each carries ``user`` (where there is one), ``pool`` and ``client_id`` (empty for administrators).
``user_attributes_changed`` also carries ``names``, those of the attributes that changed.
"""

from django.dispatch import Signal

user_signed_up = Signal()
user_confirmed = Signal()
user_signed_in = Signal()
user_signed_out = Signal()
password_changed = Signal()
user_attributes_changed = Signal()
user_deleted = Signal()
