"""The server's settings: environment variables, each declared once with type, default, limits, meaning."""

import sys
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HIGHEST = 100_000
LONGEST_QUOTE = 60

Whole = Annotated[int, Field(ge=1, le=HIGHEST)]
Number = Annotated[float, Field(ge=1, le=HIGHEST)]
Host = Annotated[str, StringConstraints(pattern=r"^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$", to_lower=True)]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://(\*\.)?[a-z0-9.-]+(:[0-9]{1,5})?$")]
BySpaces = BeforeValidator(lambda value: tuple(value.split()) if isinstance(value, str) else value)


def setting(default: Any, meaning: str, *, rule: str | None = None, **limits: Any) -> Any:
    """Declare a setting; `rule` says what it must be where its type and limits do not."""
    extra: Any = {"rule": rule} if rule else None
    return Field(default, description=meaning, json_schema_extra=extra, **limits)


class ServerSettings(BaseSettings):
    """Settings of one deployment, under the names of their environment variables; empty means unset."""

    model_config = SettingsConfigDict(
        case_sensitive=True, env_ignore_empty=True, frozen=True, allow_inf_nan=False
    )

    PORT: int = setting(8000, "port to listen on", ge=1, le=65_535)
    HOST: str = setting(
        "", "address to listen on; unset, gunicorn takes 0.0.0.0 and `python app.py` 127.0.0.1"
    )
    WEB_CONCURRENCY: Whole | None = setting(None, "worker processes; unset, one for each processor core")
    DESCENT_STREAMS: Whole = setting(
        200, "training streams at a time in each worker; one more is answered 503 and tries again"
    )
    DESCENT_STREAMS_PER_ADDRESS: Whole | None = setting(
        None,
        "of them, those of one client address; one more is answered 429. A school may share one address; "
        "unset, one address may have all",
    )
    DESCENT_LEASE_SECONDS: Number = setting(
        60.0, "how long a stream lasts before the browser asks again, so that load spreads and deploys drain"
    )
    DESCENT_WORK_MILLIONS: Number = setting(
        720.0,
        "the most work of one step, in millions of multiplications (one frame: 3.5 times that); other "
        "streams wait for so long, a step takes less than 25 ms",
    )
    DESCENT_MEMORY_MB: Number = setting(64.0, "the most memory that one run may keep while it lasts")
    DESCENT_STREAMS_MEMORY_MB: Number = setting(
        300.0, "the most memory that all runs of a worker may keep; one more is answered 503"
    )
    DESCENT_PROXIES: int = setting(
        0,
        "proxies in front that add to `X-Forwarded-For` and `X-Forwarded-Proto`; with 0 these headers are "
        "ignored",
        ge=0,
        le=HIGHEST,
    )
    DESCENT_TRUSTED_HOSTS: Annotated[tuple[Host, ...], NoDecode, BySpaces] = setting(
        (),
        "host names that requests may be for, separated by spaces; `.example.org` includes subdomains. "
        "Another is answered 400; unset, any name is served",
        rule="host names like learn.example.org",
    )
    DESCENT_EMBED_ORIGINS: Annotated[tuple[Origin, ...], NoDecode, BySpaces] = setting(
        (),
        "origins whose pages may show this one in a frame, separated by spaces: `https://learn.example.org`",
        rule="origins like https://learn.example.org",
    )
    DESCENT_DEBUG: bool = setting(
        False,
        "for developing: the page's files as they are on disk, unbundled and uncached, so that an edit shows "
        "on reload",
        rule="on or off",
    )
    LOG_LEVEL: Literal["debug", "info", "warning", "error", "critical"] = setting(
        "warning", "least level of the log's lines"
    )
    ACCESS_LOG: bool = setting(
        False,
        "`on` writes a line of JSON for each request, without anything about who asked; the container sets "
        "it to `on`",
        rule="on or off",
    )

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment; bad values end the process with one sentence for each variable."""
        try:
            return cls()
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
