"""Structured logs on stderr; stdout belongs to data."""

import logging
import os
import socket
import sys
from importlib import metadata
from typing import Any

import structlog

from services.chassis.ops.settings import Settings

log = structlog.get_logger()

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}


REPLICA = f"{socket.gethostname()}:{os.getpid()}"
"""Which of several that run the same service this is."""


def configure(settings: Settings, service: str = "winwinwin") -> None:
    """Send every log line of the process to stderr, one JSON object (or readable text) a line,
    those of libraries too.

    What is bound to the context (``correlation_id``, ``service``) is on every line of that request
    or batch; ``service`` here is who speaks otherwise.
    """
    who = {"version": metadata.version("winwinwin"), "replica": REPLICA}

    def say_who(_: Any, __: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"service": service} | dict(line) | who

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written: list[structlog.typing.Processor] = [structlog.dev.ConsoleRenderer(colors=False)]
    if settings.log_format == "json":
        shared.append(say_who)
        written = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=shared + written,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # Libraries log through the standard module; only what needs a person comes through.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)


def announce(sentence: str, **said: Any) -> None:
    """Tell whoever started this in a terminal; where nobody sits there it is a line of the log."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{sentence}{''.join(f' {k}: {v}' for k, v in said.items())}\n")
    else:
        log.info(sentence, **said)
