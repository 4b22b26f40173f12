"""Threat protection that runs here: what looks wrong about a sign-in or a password, and what is done.

========================  =================================================================
``protection``            assesses a sign-in, refuses it or asks for a second factor
``new_passwords``         refuses passwords that are known to be out
``configuration``         what a pool or client does about which risk
``new_device``            rule: neither browser nor network was seen before
``impossible_pace``       rule: nobody travels that fast
``ip_lists``              addresses that are always refused, or never looked at
``compromised_password``  whether a password is known to be out
``feedback``              what people and staff say about an event afterwards
========================  =================================================================

A rule looks at :class:`facts.Facts` and returns a level or ``None``; the highest counts. With the
add-on of the pool off, nothing here costs a query.
Source: AWS "Advanced security with threat protection".
"""
