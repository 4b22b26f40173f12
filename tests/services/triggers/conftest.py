"""Handlers for tests: they record their events and answer as a test wants."""

import copy

import pytest


class Handler:
    """A handler that keeps the events it got, and fills in the response."""

    def __init__(self, response=None, *, error=None):
        self.events = []
        self.response = response or {}
        self.error = error

    def __call__(self, event, context):
        self.events.append(copy.deepcopy(event))
        if self.error is not None:
            raise self.error
        event["response"].update(self.response)
        return event

    @property
    def sources(self):
        return [event["triggerSource"] for event in self.events]

    @property
    def request(self):
        """The request of the only event."""
        (event,) = self.events
        return event["request"]


@pytest.fixture
def trigger(settings):
    """Configure a handler: ``trigger("PreSignUp", {"autoConfirmUser": True})``."""
    configured = {}
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": configured}

    def configure(kind, response=None, *, error=None, version=None):
        handler = Handler(response, error=error)
        configured[kind] = handler if version is None else {"handler": handler, "version": version}
        return handler

    return configure
