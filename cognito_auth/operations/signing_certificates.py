"""GetSigningCertificate."""

import base64

from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import GetSigningCertificateRequest, GetSigningCertificateResponse
from cognito_auth.services import signing_certificates


@operation("GetSigningCertificate")
def get_signing_certificate(request: GetSigningCertificateRequest, call: Call) -> GetSigningCertificateResponse:
    """Return the certificate of a pool as Base64 of its binary form, without lines around it.

    It is valid for ten years and replaced in the last of them, since providers keep a copy; AWS replaces it
    every year.

    Raises:
        ResourceNotFoundException: no such pool.
    Source: AWS API_GetSigningCertificate.
    """
    certificate = signing_certificates.of(lookups.user_pool_of(request), now=call.now)
    return {"Certificate": base64.b64encode(signing_certificates.der_of(certificate)).decode()}
