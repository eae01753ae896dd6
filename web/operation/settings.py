"""The server's settings: environment variables, each declared once with type, default, limits, meaning."""

import os
import sys
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HIGHEST = 100_000
LONGEST_QUOTE = 60

Whole = Annotated[int, Field(ge=1, le=HIGHEST)]
Number = Annotated[float, Field(ge=1, le=HIGHEST)]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?$")]
Host = Annotated[str, StringConstraints(pattern=r"^(\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\])$")]
BySpaces = BeforeValidator(lambda value: tuple(value.split()) if isinstance(value, str) else value)


def cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def setting(description: str, *, rule: str | None = None, **more: Any) -> Any:
    """Declare a setting's meaning; `rule` says what it must be where type and limits do not."""
    return Field(description=description, json_schema_extra={"rule": rule} if rule else None, **more)


class ServerSettings(BaseSettings):
    """Settings of one deployment, under the names of their environment variables; empty means unset."""

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, frozen=True, allow_inf_nan=False
    )

    PORT: Annotated[int, setting("port to listen on", ge=1, le=65_535)] = 8000
    HOST: Annotated[
        str, setting("address to listen on; unset, gunicorn takes 0.0.0.0 and `python app.py` 127.0.0.1")
    ] = ""
    WEB_CONCURRENCY: Annotated[
        Whole, setting("worker processes; unset, one for each processor core", default_factory=cores)
    ]
    DESCENT_STREAMS: Annotated[
        Whole,
        setting("training streams at a time in each worker; one more is answered 503 and tries again"),
    ] = 200
    DESCENT_STREAMS_PER_ADDRESS: Annotated[
        Whole | None,
        setting(
            "of them, those of one client address; one more is answered 429. A school may share one "
            "address; unset, one address may have all"
        ),
    ] = None
    DESCENT_LEASE_SECONDS: Annotated[
        Number,
        setting(
            "how long a stream lasts before the browser asks again, so that load spreads and deploys drain"
        ),
    ] = 60.0
    DESCENT_WORK_MILLIONS: Annotated[
        Number,
        setting(
            "the most work of one step, in millions of multiplications (one frame: 3.5 times that); other "
            "streams wait for so long, a step takes less than 25 ms"
        ),
    ] = 720.0
    DESCENT_MEMORY_MB: Annotated[Number, setting("the most memory that one run may keep while it lasts")] = (
        64.0
    )
    DESCENT_STREAMS_MEMORY_MB: Annotated[
        Number,
        setting("the most memory that all runs of a worker may keep; one more is answered 503"),
    ] = 300.0
    DESCENT_PROXIES: Annotated[
        int,
        setting(
            "proxies in front that add to `X-Forwarded-For` and `X-Forwarded-Proto`; with 0 these headers "
            "are ignored",
            ge=0,
            le=HIGHEST,
        ),
    ] = 0
    DESCENT_TRUSTED_HOSTS: Annotated[
        tuple[Host, ...],
        NoDecode,
        BySpaces,
        setting(
            "host names that requests may be for, separated by spaces; `.example.org` includes subdomains. "
            "Another is answered 400; unset, any name is served",
            rule="host names like learn.example.org",
        ),
    ] = ()
    DESCENT_EMBED_ORIGINS: Annotated[
        tuple[Origin, ...],
        NoDecode,
        BySpaces,
        setting(
            "origins whose pages may show this one in a frame, separated by spaces: "
            "`https://learn.example.org`",
            rule="origins like https://learn.example.org",
        ),
    ] = ()
    LOG_LEVEL: Annotated[
        Literal["debug", "info", "warning", "error", "critical"], setting("least level of the log's lines")
    ] = "warning"
    ACCESS_LOG: Annotated[
        bool,
        setting(
            "`on` writes a line of JSON for each request, without anything about who asked; the container "
            "sets it to `on`",
            rule="on or off",
        ),
    ] = False

    @classmethod
    def load(cls) -> Self:
        """Read the environment; bad values end the process with one sentence for each variable."""
        try:
            return cls()  # type: ignore[call-arg]  # mypy does not see the default factory
        except ValidationError as error:
            sys.exit("\n".join({one["loc"][0]: sentence(one) for one in error.errors()}.values()))


def sentence(error: ErrorDetails) -> str:
    """Say which variable is wrong, what it must be, and what it is."""
    name = error["loc"][0]
    return f"{name} must be {rule_of(str(name))}; got {str(error['input'])[:LONGEST_QUOTE]!r}."


def rule_of(name: str) -> str:
    """Say what a variable must be, from its declaration."""
    schema = ServerSettings.model_json_schema()["properties"][name]
    schema = schema.get("anyOf", [schema])[0]
    if "rule" in schema:
        return str(schema["rule"])
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    whole = "whole " if schema["type"] == "integer" else ""
    return f"a {whole}number from {schema['minimum']:.10g} to {schema['maximum']:.10g}"
