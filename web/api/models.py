"""What the server answers, as types. The OpenAPI document is read off them."""

from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict  # pydantic cannot read that of Python 3.11

from dl_core import Config
from dl_core.arrays import DTYPES
from dl_core.frames import frame_schema
from web.operation.metrics import EndReason

Value = TypeVar("Value")
Count = Annotated[int, Field(ge=0)]
Finite = Annotated[float | None, Field(description="null for what is not a finite number")]
Task = Literal["binary", "multiclass", "regression"]


class WrongSetting(TypedDict):
    """Where a setting stands, and a sentence about what is wrong with it."""

    path: str
    message: str


class Problem(TypedDict):
    """RFC 9457 problem details; `errors` lists the wrong settings."""

    type: str
    title: str
    status: Count
    detail: str
    errors: Annotated[list[WrongSetting], Field(max_length=100)]


class Array(TypedDict):
    """A typed array: little-endian bytes in C order."""

    dtype: Annotated[str, Field(json_schema_extra={"enum": list(DTYPES)})]
    shape: list[Count]
    data: Annotated[str, Field(json_schema_extra={"contentEncoding": "base64"})]


class BySplit(TypedDict, Generic[Value]):
    """One value for each split of the samples."""

    train: Value
    validation: Value
    test: Value


class Points(TypedDict):
    """Points (n, 2), and the index of each point's class or its value."""

    x: Array
    y: Array


class Range(TypedDict):
    """Ends of an axis, or the outputs that 0 and 255 of the decision map mean."""

    min: float
    max: float


class Axis(Range):
    """An axis of the plane that is drawn."""

    name: str


class Legend(TypedDict):
    """What classes, axes and colors mean."""

    task: Task
    classes: list[str] | None
    axes: list[Axis]
    range: Range


class Parameter(TypedDict):
    """What a parameter is called, and where it is."""

    name: str
    title: str
    kind: Literal["weights", "bias", "unit", "other"]
    shape: list[Count]
    offset: Annotated[Count, Field(description="Where it begins in the parameters of the network.")]


@with_config(ConfigDict(extra="allow"))
class Layer(TypedDict):
    """A layer's settings, its shapes, and its parameters."""

    type: str
    units: Count
    in_shape: list[Count]
    out_shape: list[Count]
    maps: Annotated[bool, Field(description="Whether its units have maps.")]
    parameters: list[Parameter]
    output: NotRequired[Literal[True]]


class Schedule(TypedDict):
    """The course of the learning rate: its factor at even times from 0 to `end`."""

    varies: bool
    unit: str
    end: Count
    factors: list[float]


class Description(Legend):
    """What a config comes to: its layers, its objective, the course of its learning rate."""

    n_parameters: Count
    layers: list[Layer]
    loss: str
    output_activation: str
    schedule: Schedule


class Start(Description):
    """The first event of a stream: what is needed to read the frames."""

    config: Config
    samples: BySplit[int]
    steps_per_epoch: Count


class Metrics(TypedDict):
    """Loss and accuracy, or loss, r2 and rmse."""

    loss: Finite
    accuracy: NotRequired[Finite]
    r2: NotRequired[Finite]
    rmse: NotRequired[Finite]


def add_views(schema: dict[str, Any]) -> None:
    """Add the entry of every view to the schema of a frame."""
    entries = frame_schema()
    schema["properties"] |= entries["properties"]
    schema["patternProperties"] = entries["patternProperties"]


@with_config(ConfigDict(json_schema_extra=add_views))
class Frame(TypedDict):
    """One complete picture. Row 0 of a map is the smallest x2, column 0 the smallest x1."""

    step: Count
    epoch: Count
    position: Count
    metrics: BySplit[Metrics | None]
    penalty: Finite
    lr: Annotated[float, Field(description="The learning rate of the next step, after the schedule.")]


class OptimizerState(TypedDict):
    """What the optimizer keeps: arrays of the parameters' shape, and counts."""

    name: str
    state: dict[str, Array | Count]


class EarlyStopping(TypedDict):
    """The lowest validation loss, when it was, and the network at that time."""

    best: list[Finite]
    epoch: list[Count]
    waited: list[Count]
    since: list[Count]
    params: Array
    statistics: Array


class Checkpoint(TypedDict):
    """Everything that the next step depends on beside the config, exact to the bit."""

    step: Count
    epoch: Count
    position: Annotated[Count, Field(description="Training samples used so far in the present epoch.")]
    params: Array
    optimizer: OptimizerState
    layers: dict[Literal["statistics"], Array]
    early_stopping: NotRequired[EarlyStopping]


class End(TypedDict):
    """The last event of a stream."""

    reason: EndReason
    step: Count
    message: NotRequired[Annotated[str, Field(description="Why, where training itself has ended.")]]


class FeatureMap(TypedDict):
    """A feature over the plane: value = int8 / 127 * scale."""

    name: str
    values: Array
    scale: float


class Data(Description):
    """A config's points, and the map of every feature."""

    splits: BySplit[Points]
    features: list[FeatureMap]


class DatasetTask(TypedDict):
    """What a number of classes comes to."""

    n_classes: Annotated[int | None, Field(description="As a config has it; null is the usual number.")]
    task: Task
    classes: Annotated[Count, Field(description="0 for numbers.")]
    outputs: Count
    output_activation: Annotated[str, Field(description="The usual one.")]


class Dataset(TypedDict):
    """A dataset of the gallery, with a few of its points."""

    name: str
    title: str
    description: str
    task: Task
    tasks: list[DatasetTask]
    points: Points
    range: Range


class Datasets(TypedDict):
    """The gallery."""

    datasets: list[Dataset]
