"""The certificate with which a pool signs requests to SAML providers: made on first use, renewed in time.

Source: AWS API_GetSigningCertificate; RFC 5280.
"""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import SigningCertificate, UserPool

KEY_BITS = 2048
# Ten years, of which two or three are leap years.
VALID_FOR = datetime.timedelta(days=3652)
RENEWED_BEFORE_END = datetime.timedelta(days=365)


def of(pool: UserPool, *, now: datetime.datetime) -> SigningCertificate:
    """Return the pool's certificate; of several callers at once who make or renew it, one does.

    Raises:
        ResourceNotFoundException: the pool was deleted meanwhile.
    """
    found = _stored(pool)
    if found is None:
        _insert(_generate(pool, now=now))
    elif found.expires_at - now >= RENEWED_BEFORE_END:
        return found
    else:
        fresh = _generate(pool, now=now)
        # Only if nobody has renewed it since.
        SigningCertificate.objects.filter(pool=pool, expires_at=found.expires_at).update(
            certificate=fresh.certificate,
            private_key=fresh.private_key,
            created_at=fresh.created_at,
            expires_at=fresh.expires_at,
        )
    stored = _stored(pool)
    if stored is None:
        raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk)
    return stored


def der_of(certificate: SigningCertificate) -> bytes:
    """Return the certificate in the binary form of X.509."""
    return x509.load_pem_x509_certificate(certificate.certificate.encode()).public_bytes(Encoding.DER)


def _stored(pool: UserPool) -> SigningCertificate | None:
    return SigningCertificate.objects.filter(pool=pool).first()


def _insert(fresh: SigningCertificate) -> None:
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        # Somebody else made one at the same time, which counts, or the pool is gone.
        return


def _generate(pool: UserPool, *, now: datetime.datetime) -> SigningCertificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, pool.pk)])
    # X.509 knows whole seconds only.
    begin = now.replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return SigningCertificate(
        pool=pool,
        certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
        private_key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        created_at=now,
        expires_at=begin + VALID_FOR,
    )
