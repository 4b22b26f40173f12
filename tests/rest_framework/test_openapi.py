"""The description for drf-spectacular."""

from django.test import override_settings
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from cognito_auth.rest_framework import openapi  # noqa: F401  (registers on import)
from cognito_auth.rest_framework.authentication import CognitoAuthentication


class Narrowed(CognitoAuthentication):
    """A project's own subclass."""

    token_use = ("id",)


class Thing(serializers.Serializer):
    name = serializers.CharField()


class View(APIView):
    authentication_classes = [Narrowed]
    serializer_class = Thing
    schema = AutoSchema()

    def get(self, request):
        return Response({})


class TestScheme:
    def test_describes_the_class_and_its_subclasses(self):
        with override_settings(REST_FRAMEWORK={}):
            schema = SchemaGenerator(patterns=[path("things/", View.as_view())]).get_schema(public=True)

        assert schema["components"]["securitySchemes"]["cognito"] == {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, or where a view takes it an ID token, of a trusted user pool.",
        }
        assert {"cognito": []} in schema["paths"]["/things/"]["get"]["security"]
