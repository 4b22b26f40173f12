"""Libraries of others that apps sign people in with, unmodified, against a server of ours."""
