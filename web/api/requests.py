"""What a request may say: JSON of bounded size, then settings, each refused with a sentence of its own."""

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
HALF_A_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")
DEEPEST = 32
"""Objects and lists inside each other; a request has less than ten, and an attack on the stack has more."""
MOST_VALUES = 2000
"""A request has less than 200, and one that is to be refused with a million sentences has more."""


class Until(Settings):
    """Where training is to stop: a count of epochs or of steps, from the beginning of the run."""

    epoch: Annotated[
        int | None, setting("Epoch", "Stop when so many epochs are complete.", ge=0, le=2**53)
    ] = None
    step: Annotated[int | None, setting("Step", "Stop after so many steps.", ge=0, le=2**53)] = None

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        """Refuse both and none."""
        if (self.epoch is None) == (self.step is None):
            raise rule("must have either epoch or step.")
        return self


class DataRequest(Settings):
    """What `/api/data` is asked. The engine looks at the config."""

    config: Annotated[
        Any,
        Field(description="A config; what it leaves out has its default."),
        WithJsonSchema({"allOf": [{"$ref": "#/components/schemas/Config"}]}),
    ] = {}  # noqa: RUF012


class TrainRequest(DataRequest):
    """What `/api/train` is asked. The engine looks at config, checkpoint and views."""

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
    """A well-formed request for training. Whether the checkpoint fits its config shows later."""

    asked: TrainRequest
    config: Config
    checkpoint: Checkpoint | None


def body() -> dict[str, Any]:
    """The request's JSON object, or a `Problem`."""
    if request.mimetype != "application/json":
        raise Problem(415, "The request must be JSON, with the header Content-Type: application/json.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, "The request must not be compressed.", headers={"Accept-Encoding": "identity"})
    if request.headers.get("Transfer-Encoding"):  # the size would show only when it is too late
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
    refuse_absurd(document)
    if HALF_A_CHARACTER.search(data) and not is_text(document):
        raise Problem(400, "The request must not have halves of characters (lone surrogates).")
    return document


def refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity are no JSON, though Python's reader takes them."""
    raise ValueError(name)


def is_text(document: object) -> bool:
    """Whether every string in it is text; JSON's escapes can also write halves of characters."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def refuse_absurd(document: dict[str, Any]) -> None:
    """Refuse what no request needs and would take long to find fault with, piece by piece."""
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
    """The config of a request for data; a `Problem` names every wrong setting."""
    errors: Errors = []
    fields(DataRequest, document, errors)
    config = config_of(document, errors)
    if config is None or errors:
        raise wrong_settings(errors)
    return config


def parse_training(document: dict[str, Any]) -> Training:
    """A request for training; a `Problem` names every wrong setting."""
    errors: Errors = []
    asked = fields(TrainRequest, document, errors)
    config = config_of(document, errors)
    if config is not None and (message := view_error(document.get("views", DEFAULT_VIEWS), config)):
        errors.append({"path": "views", "message": message})
    if asked is not None and config is not None:
        errors += costs(config, asked.resolution)
    checkpoint = None
    try:
        if document.get("checkpoint") is not None:
            checkpoint = Checkpoint.from_json(document["checkpoint"])
    except CheckpointError as error:
        errors.append({"path": "checkpoint", "message": str(error)})
    if asked is None or config is None or errors:
        raise wrong_settings(errors)
    return Training(asked, config, checkpoint)


def costs(config: Config, resolution: int) -> Errors:
    """A sentence for each setting that makes a run cost more than its share."""
    limits = current_app.config
    found = too_costly(
        config,
        resolution,
        most_work=limits["DESCENT_WORK_MILLIONS"] * 1e6,
        most_bytes=limits["DESCENT_MEMORY_MB"] * 1e6,
        largest_checkpoint=LARGEST - LARGEST_WITHOUT_CHECKPOINT,
    )
    return [{"path": path, "message": message} for path, message in found]


Kind = TypeVar("Kind", bound=DataRequest)


def fields(kind: type[Kind], document: dict[str, Any], errors: Errors) -> Kind | None:
    """The request's own fields; None, and the errors noted, if some are wrong."""
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            path, message = sentence(one)
            errors.append({"path": path, "message": message})
        return None


def config_of(document: dict[str, Any], errors: Errors) -> Config | None:
    """The request's config; None, and the errors noted, if settings are wrong."""
    try:
        return Config.parse(document.get("config", {}))
    except ConfigError as error:
        errors += [{"path": one["path"], "message": one["message"]} for one in error.errors]
        return None
