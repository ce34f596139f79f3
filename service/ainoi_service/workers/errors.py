"""Why an article got no annotation, though nothing is wrong with it."""

from __future__ import annotations

from ainoi import AinoiError


class PoolError(AinoiError):
    """Base of them. ``retry_after``: whole seconds, at least 1, after which to try again; None: nobody knows."""

    retry_after: int | None = None

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BusyError(PoolError):
    """Too much is waiting; nothing was begun."""

    code = "busy"


class DrainingError(PoolError):
    """The service is going down; nothing was begun."""

    code = "draining"


class DeadlineError(PoolError):
    """The annotation was not ready in time."""

    code = "deadline"


class WorkerDiedError(PoolError):
    """The worker that had the article ended before it answered, or there is none."""

    code = "worker_died"


class AnnotatorFaultError(AinoiError):
    """The annotator raised what it should not. The message has kind and place of the fault, nothing of the text."""

    code = "annotator_fault"
