"""How the log is written: by structlog, also what Django and other libraries say."""

from typing import Any

import structlog

IN_EACH_LINE: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(log_format: str) -> dict[str, Any]:
    """Set structlog up, and return the setting LOGGING. The format is `json` or `line`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *IN_EACH_LINE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            name: {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *processors],
                "foreign_pre_chain": IN_EACH_LINE,
            }
            for name, processors in {
                "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)],
                "line": [
                    structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
                ],
            }.items()
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "axes": {"level": "ERROR"},  # its warnings name addresses
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django.request": {"level": "ERROR"},  # what is not found has a line of hub.logs
            "django_structlog": {"level": "INFO"},
            "hub": {"level": "INFO"},
            "search": {"level": "INFO"},
            "translation": {"level": "INFO"},
        },
    }
