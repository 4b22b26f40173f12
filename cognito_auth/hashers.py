"""The password hasher that this package recommends."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2idPasswordHasher(Argon2PasswordHasher):
    """Argon2id at the cost OWASP recommends: 19 MiB, 2 passes, 1 thread.

    Django's default (100 MiB on 8 threads) costs several times the CPU and memory per sign-in and
    invites exhaustion by a burst of sign-ins.
    Source: OWASP Password Storage Cheat Sheet.
    """

    algorithm = "argon2"
    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
