"""Certificates with which pools sign requests to SAML providers."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cognito_auth import exceptions
from cognito_auth.models import SigningCertificate, UserPool
from cognito_auth.services import signing_certificates
from tests.concurrency import race
from tests.factories import UserPoolFactory, moment

NOW = moment()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def pool(db):
    return UserPoolFactory()


def parsed(certificate):
    return x509.load_der_x509_certificate(signing_certificates.der_of(certificate))


class TestOf:
    def test_makes_it_once(self, pool):
        made = signing_certificates.of(pool, now=NOW)

        with CaptureQueriesContext(connection) as queries:
            again = signing_certificates.of(pool, now=NOW + DAY)
        assert signing_certificates.der_of(again) == signing_certificates.der_of(made)
        assert len(queries) == 1

    def test_gives_each_pool_its_own(self, pool):
        other = UserPoolFactory()

        one, another = (parsed(signing_certificates.of(each, now=NOW)) for each in (pool, other))

        assert one.public_key() != another.public_key()
        assert [name.value for name in another.subject] == [other.pk]

    def test_is_signed_with_its_own_key_for_ten_years(self, pool):
        stored = signing_certificates.of(pool, now=NOW)

        certificate = parsed(stored)
        certificate.verify_directly_issued_by(certificate)
        assert certificate.not_valid_before_utc == NOW.replace(microsecond=0)
        assert certificate.not_valid_after_utc == stored.expires_at == NOW.replace(microsecond=0) + 3652 * DAY
        assert certificate.public_key().key_size == 2048
        assert isinstance(certificate.signature_hash_algorithm, hashes.SHA256)
        assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca

    def test_keeps_the_key_that_belongs_to_it_encrypted(self, pool):
        stored = signing_certificates.of(pool, now=NOW)

        key = load_pem_private_key(stored.private_key.encode(), password=None)
        signature = key.sign(b"request", padding.PKCS1v15(), hashes.SHA256())
        parsed(stored).public_key().verify(signature, b"request", padding.PKCS1v15(), hashes.SHA256())
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT private_key FROM {SigningCertificate._meta.db_table}")
            (column,) = cursor.fetchone()
        assert "PRIVATE KEY" not in column

    def test_is_renewed_in_its_last_year(self, pool):
        first = signing_certificates.of(pool, now=NOW)
        edge = first.expires_at - signing_certificates.RENEWED_BEFORE_END

        assert parsed(signing_certificates.of(pool, now=edge)) == parsed(first)
        renewed = signing_certificates.of(pool, now=edge + datetime.timedelta(microseconds=1))

        assert parsed(renewed).serial_number != parsed(first).serial_number
        assert renewed.expires_at > first.expires_at
        assert SigningCertificate.objects.count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_refuses_a_pool_that_is_gone(self):
        pool = UserPoolFactory()
        UserPool.objects.filter(pk=pool.pk).delete()

        with pytest.raises(exceptions.ResourceNotFoundException):
            signing_certificates.of(pool, now=NOW)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_of_makers_leave_one_that_all_return(self):
        pool = UserPoolFactory()

        outcomes = race(*(lambda: signing_certificates.of(pool, now=NOW) for _time in range(4)))

        assert len({certificate.certificate for certificate in outcomes}) == 1
        assert SigningCertificate.objects.count() == 1

    def test_of_renewers_leave_one_that_all_return(self):
        pool = UserPoolFactory()
        first = signing_certificates.of(pool, now=NOW)
        late = first.expires_at - DAY

        outcomes = race(*(lambda: signing_certificates.of(pool, now=late) for _time in range(4)))

        assert {certificate.expires_at > first.expires_at for certificate in outcomes} == {True}
        assert len({certificate.certificate for certificate in outcomes}) == 1
        stored = SigningCertificate.objects.get()
        key = load_pem_private_key(stored.private_key.encode(), password=None)
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert key.public_key().public_bytes(*form) == parsed(stored).public_key().public_bytes(*form)
