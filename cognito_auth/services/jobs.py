"""Long work outside a request: handing it over, and doing it.

By default a thread of the process does it, with a database connection of its own.
``COGNITO_AUTH["JOB_DISPATCHER"]`` names a callable that takes it over as a JSON-serialisable
dictionary, for example to put it into a queue, whose worker calls :func:`run_serialized`::

    @task()                                         # django.tasks, Celery …
    def run(payload: dict) -> None:
        run_serialized(payload)

    def run_later(payload: dict) -> None:           # JOB_DISPATCHER = "shop.tasks.run_later"
        run.enqueue(payload)

A job that is lost on the way, or whose worker dies, is taken over by a command:
``cognito_run_user_imports``.
"""

import functools
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from cognito_auth.conf import settings

logger = logging.getLogger(__name__)

USER_IMPORT = "user_import"


def start_user_import(job_id: str) -> None:
    """Let an import run, now or as soon as the running transaction has committed."""
    payload = {"job": USER_IMPORT, "id": job_id}
    transaction.on_commit(functools.partial(_hand_over, payload))


def run_serialized(payload: Mapping[str, Any]) -> None:
    """Do a job that was handed over as a dictionary: the other end of a queue."""
    from cognito_auth.services.user_import import running  # it starts jobs of its own kind

    if payload["job"] != USER_IMPORT:
        raise ValueError(f"Unknown kind of job: {payload['job']}")
    running.run(payload["id"], clock=timezone.now)


def _hand_over(payload: Mapping[str, Any]) -> None:
    try:
        _dispatcher()(payload)
    except Exception:
        # The job is in the database, and the command takes it over.
        logger.exception("A job could not be handed over: %s %s", payload["job"], payload["id"])


def _dispatcher() -> Callable[[Mapping[str, Any]], object]:
    path = settings.job_dispatcher
    if path is None:
        return _in_thread
    dispatcher: Callable[[Mapping[str, Any]], object] = import_string(path)
    return dispatcher


def _in_thread(payload: Mapping[str, Any]) -> None:
    # A daemon: the process may end at any moment, and the job is taken over then.
    threading.Thread(target=_run_and_close, args=(payload,), name=f"cognito-{payload['job']}", daemon=True).start()


def _run_and_close(payload: Mapping[str, Any]) -> None:
    try:
        run_serialized(payload)
    except Exception:
        logger.exception("A job failed: %s %s", payload["job"], payload["id"])
    finally:
        connections.close_all()
