"""Requests are JSON of bounded size, then settings, each of which is refused with a sentence of its own."""

import json
import re
from typing import Annotated, Any, NamedTuple, NoReturn, Self, TypeVar

from flask import current_app, request
from pydantic import Field, SkipValidation, ValidationError, WithJsonSchema, model_validator

from dl_core import Checkpoint, CheckpointError, Config, ConfigError
from dl_core.cost import too_costly
from dl_core.frames import DEFAULT_VIEWS, request_schema, view_error
from dl_core.settings.declaration import Settings, setting
from dl_core.settings.sentences import rule, sentence
from web.api import models
from web.api.problems import Errors, Problem, wrong_settings

LARGEST = 3_000_000
LARGEST_WITHOUT_CHECKPOINT = 1_000_000
"""The checkpoint of the largest network, under an optimizer with two arrays, takes 1.9 MB."""
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
DEEPEST = 32
"""Levels of objects and lists. A request has less than ten; an attack on the stack has more."""
MOST_VALUES = 2000
"""A request has less than 200; an attack that wants a long list of errors has more."""


class Until(Settings):
    """Stops training at a count of epochs or of steps from the beginning of the run."""

    epoch: Annotated[
        int | None, setting("Epoch", "Stop when so many epochs are complete.", ge=0, le=2**53)
    ] = None
    step: Annotated[int | None, setting("Step", "Stop after so many steps.", ge=0, le=2**53)] = None

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        """Refuse both, and neither."""
        if (self.epoch is None) == (self.step is None):
            raise rule("must have either epoch or step.")
        return self


class DataRequest(Settings):
    """Body of `POST /api/data`. The engine validates the config."""

    config: Annotated[
        Any,
        Field(description="A config; what it leaves out has its default."),
        WithJsonSchema({"allOf": [{"$ref": "#/components/schemas/Config"}]}),
    ] = {}  # noqa: RUF012


class TrainRequest(DataRequest):
    """Body of `POST /api/train`. The engine validates config, checkpoint and views."""

    checkpoint: Annotated[
        SkipValidation[models.Checkpoint | None],
        Field(description="Where to go on from; null begins a new run."),
    ] = None
    until: Annotated[
        Until | None, Field(description="Where to stop; null trains until the stream is closed.")
    ] = None
    frames_per_second: Annotated[
        float, setting("Frames a second", "Pictures a second, at the most.", ge=1, le=30)
    ] = 10
    epochs_per_second: Annotated[
        float | None,
        setting("Epochs a second", "Speed of training; null is as fast as the machine can.", gt=0, le=1000),
    ] = None
    lease_seconds: Annotated[
        float | None,
        setting("Lease", "Seconds after which the stream ends; null is the server's own.", ge=0.5, le=3600),
    ] = None
    views: Annotated[
        Any,
        Field(
            description="What each frame shows.",
            json_schema_extra=lambda schema: schema.update(request_schema()),
        ),
    ] = DEFAULT_VIEWS
    resolution: Annotated[
        int, setting("Resolution", "Cells of the map along each axis.", ge=20, le=200, multiple_of=4)
    ] = 80


class Training(NamedTuple):
    """A valid request for training; whether the checkpoint fits the config is checked by the trainer."""

    asked: TrainRequest
    config: Config
    checkpoint: Checkpoint | None


def body() -> dict[str, Any]:
    """Read the JSON object of the current request; raise `Problem` if there is none."""
    if request.mimetype != "application/json":
        raise Problem(415, "The request must be JSON, with the header Content-Type: application/json.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "The request must not be compressed.", headers={"Accept-Encoding": "identity"})
    if request.headers.get("Transfer-Encoding"):  # its size is unknown until it has been read
        raise Problem(411)
    data = request.get_data(cache=False)
    large = len(data) > LARGEST_WITHOUT_CHECKPOINT
    try:
        document = json.loads(data.decode(), parse_constant=refuse_constant)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested absurdly deep
        raise Problem(413) if large else Problem(400, "The request is not valid JSON.") from None
    if large and not (isinstance(document, dict) and document.get("checkpoint")):
        raise Problem(413)
    if not isinstance(document, dict):
        raise Problem(400, "The request must be a JSON object.")
    refuse_oversized(document)
    if SURROGATE.search(data) and has_surrogates(document):
        raise Problem(400, "The request must not have halves of characters (lone surrogates).")
    return document


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's JSON reader accepts."""
    raise ValueError(name)


def has_surrogates(document: object) -> bool:
    """Whether a string holds a lone surrogate, which JSON can escape and UTF-8 cannot encode."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def refuse_oversized(document: dict[str, Any]) -> None:
    """Refuse nesting and numbers of values that no request needs, before each value is validated."""
    level: list[Any] = [document]
    n_values = 0
    for _ in range(DEEPEST):
        inside = [value.values() if isinstance(value, dict) else value for value in level]
        n_values += sum(map(len, inside))
        level = [child for values in inside for child in values if isinstance(child, dict | list)]
    if level:
        raise Problem(400, f"The request must not nest objects and lists more than {DEEPEST} deep.")
    if n_values > MOST_VALUES:
        raise Problem(400, f"The request must have at most {MOST_VALUES} values; got {n_values}.")


def parse_data(document: dict[str, Any]) -> Config:
    """Validate a request for data; raise a `Problem` that names every wrong setting."""
    errors: Errors = []
    parse_fields(DataRequest, document, errors)
    config = parse_config(document, errors)
    if config is None or errors:
        raise wrong_settings(errors)
    return config


def parse_training(document: dict[str, Any]) -> Training:
    """Validate a request for training; raise a `Problem` that names every wrong setting."""
    errors: Errors = []
    asked = parse_fields(TrainRequest, document, errors)
    config = parse_config(document, errors)
    if config is not None and (message := view_error(document.get("views", DEFAULT_VIEWS), config)):
        errors.append({"path": "views", "message": message})
    if asked is not None and config is not None:
        errors += cost_errors(config, asked.resolution)
    checkpoint = None
    try:
        if document.get("checkpoint") is not None:
            checkpoint = Checkpoint.from_json(document["checkpoint"])
    except CheckpointError as error:
        errors.append({"path": "checkpoint", "message": str(error)})
    if asked is None or config is None or errors:
        raise wrong_settings(errors)
    return Training(asked, config, checkpoint)


def cost_errors(config: Config, resolution: int) -> Errors:
    """List the settings that make a run cost more than this deployment allows."""
    limits = current_app.config
    refusals = too_costly(
        config,
        resolution,
        most_work=limits["DESCENT_WORK_MILLIONS"] * 1e6,
        most_bytes=limits["DESCENT_MEMORY_MB"] * 1e6,
        largest_checkpoint=LARGEST - LARGEST_WITHOUT_CHECKPOINT,
    )
    return [{"path": path, "message": message} for path, message in refusals]


Kind = TypeVar("Kind", bound=DataRequest)


def parse_fields(kind: type[Kind], document: dict[str, Any], errors: Errors) -> Kind | None:
    """Validate the fields of the request itself; append to `errors` and return None if some are wrong."""
    try:
        return kind.model_validate(document)
    except ValidationError as refusal:
        for error in refusal.errors(include_url=False):
            path, message = sentence(error)
            errors.append({"path": path, "message": message})
        return None


def parse_config(document: dict[str, Any], errors: Errors) -> Config | None:
    """Validate the config of a request; append to `errors` and return None if settings are wrong."""
    try:
        return Config.parse(document.get("config", {}))
    except ConfigError as refusal:
        errors += [{"path": error["path"], "message": error["message"]} for error in refusal.errors]
        return None
