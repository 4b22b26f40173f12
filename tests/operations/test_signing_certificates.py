"""Signing certificates through the API."""

import base64

import pytest
from cryptography import x509

from tests.factories import UserPoolFactory
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db


class TestGetSigningCertificate:
    def test_answers_with_the_binary_form_as_base64(self, boto3_client):
        pool = UserPoolFactory()

        first, again = (boto3_client.get_signing_certificate(UserPoolId=pool.pk)["Certificate"] for _time in range(2))

        assert again == first
        certificate = x509.load_der_x509_certificate(base64.b64decode(first, validate=True))
        assert [name.value for name in certificate.subject] == [pool.pk]
        certificate.verify_directly_issued_by(certificate)

    def test_refuses_an_unknown_pool(self, boto3_client):
        assert refusal_of(boto3_client.get_signing_certificate, UserPoolId="eu-west-1_nothing")[0] == (
            "ResourceNotFoundException"
        )
