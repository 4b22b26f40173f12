"""What a user pool does: plain Python, no HTTP, no wire names.

Services own their transactions. What must survive a refusal (failed attempts, authentication
events) is written outside them, before raising.
"""
