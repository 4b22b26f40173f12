"""The door for AWS SDKs: JSON 1.1 over one ``POST`` endpoint.

==================  ==========================================================
``views``           the endpoint: reads, checks the signature, makes one call
``requests``        operation, body and origin of a request
``sigv4``           who signed it
``responses``       results and refusals as AWS JSON
``cors``            what browsers must be told
==================  ==========================================================

Does not own: what operations exist and do (``cognito_auth.operations``).
"""
