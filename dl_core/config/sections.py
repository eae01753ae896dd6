"""The parts of a config: each setting with its type, default, limits, label and help."""

from typing import Annotated

from pydantic import AfterValidator, Field

from dl_core.data.datasets import CLASS_COUNTS, DATASETS
from dl_core.data.features import FEATURES, SCALINGS
from dl_core.data.splits import SplitSettings
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS
from dl_core.nn.layers import LAYERS
from dl_core.nn.layers.dense import DenseSettings
from dl_core.nn.layers.layer import LayerSettings
from dl_core.nn.losses import LOSSES
from dl_core.optim.clipping import CLIPPINGS
from dl_core.optim.clipping import NoneSettings as NoClipping
from dl_core.optim.early_stopping import EARLY_STOPPINGS
from dl_core.optim.early_stopping import NoneSettings as NoEarlyStopping
from dl_core.optim.optimizers import OPTIMIZERS
from dl_core.optim.schedules import SCHEDULES, Constant, Schedule
from dl_core.optim.sgd import SgdSettings
from dl_core.settings.declaration import OneOf, Settings, Tagged, setting
from dl_core.settings.sentences import unique

CLASSES = ("binary", "multiclass")
SEED = {"ge": 0, "le": 2**32 - 1}


class DataSettings(Settings):
    """What there is to learn from, and what the network sees of it."""

    name: Annotated[
        str,
        OneOf(DATASETS),
        setting("Dataset", "The pattern of points that the network has to learn."),
    ] = "circle"
    n_samples: Annotated[
        int,
        setting(
            "Samples",
            "How many points are drawn. More make the pattern clearer and overfitting harder, "
            "but an epoch longer.",
            ge=10,
            le=5000,
        ),
    ] = 500
    noise: Annotated[
        float,
        setting(
            "Noise",
            "How far points stray from the pattern. "
            "More noise makes classes overlap, so that no network gets all right.",
            ge=0,
            le=0.5,
        ),
    ] = 0.0
    seed: Annotated[
        int,
        setting("Seed", "Draws the points and deals them out. The same seed gives the same points.", **SEED),
    ] = 0
    n_classes: Annotated[
        Annotated[int, Field(ge=CLASS_COUNTS[0], le=CLASS_COUNTS[-1])] | None,
        setting("Classes", "How many kinds of points there are, for the datasets that let you choose."),
    ] = None
    split: Annotated[
        SplitSettings,
        setting("Split", "How the points are shared out between learning, tuning and the final check."),
    ] = SplitSettings()
    features: Annotated[
        list[Annotated[str, OneOf(FEATURES)]],
        AfterValidator(unique),
        setting(
            "Features",
            "What the network sees of each point. A feature that fits the pattern can save whole layers.",
            min_length=1,
            max_length=len(FEATURES),
        ),
    ] = ["x1", "x2"]  # noqa: RUF012 - pydantic copies it
    scaling: Annotated[
        str,
        OneOf(SCALINGS),
        setting(
            "Scaling",
            "Brings features to a like size, measured on the training samples. "
            "Without it, large ones such as x1^2 drown the others and large steps explode.",
        ),
    ] = "none"


class ModelSettings(Settings):
    """The network: its hidden layers and what they start from. The output layer follows from the data."""

    layers: Annotated[
        list[
            Annotated[
                LayerSettings,
                Tagged(
                    "type",
                    {name: layer.settings for name, layer in LAYERS.items()},
                    about={name: layer.about() for name, layer in LAYERS.items()},
                ),
            ]
        ],
        setting(
            "Hidden layers",
            "The layers between features and output. "
            "Each can build on the shapes that the one before has found.",
            max_length=16,
        ),
    ] = [  # noqa: RUF012
        DenseSettings(type="dense", units=4, activation="tanh"),
        DenseSettings(type="dense", units=2, activation="tanh"),
    ]
    output_activation: Annotated[
        str,
        OneOf(ACTIVATIONS, auto="Sigmoid for two classes, softmax for more, linear for numbers."),
        setting(
            "Output activation",
            "What turns the last sums into an answer. Auto picks sigmoid for two classes, softmax for more, "
            "linear for numbers.",
        ),
    ] = "auto"
    initializer: Annotated[
        str,
        OneOf(INITIALIZERS),
        setting(
            "Initial weights",
            "How the starting weights are drawn. Too small and signals die out from layer to layer; "
            "too large and units saturate.",
        ),
    ] = "glorot_uniform"
    bias_initializer: Annotated[
        str,
        OneOf(BIAS_INITIALIZERS),
        setting("Initial biases", "What the biases start from. Zero is usual: the weights already differ."),
    ] = "zeros"
    seed: Annotated[
        int, setting("Seed", "Draws the starting weights. The same seed gives the same start.", **SEED)
    ] = 0


class TrainingSettings(Settings):
    """How the network learns."""

    loss: Annotated[
        str,
        OneOf(LOSSES, auto="Cross-entropy for classes, squared error for numbers."),
        setting(
            "Loss",
            "How an error is counted; training makes this number small. "
            "Auto picks cross-entropy for classes and squared error for numbers.",
        ),
    ] = "auto"
    label_smoothing: Annotated[
        float,
        setting(
            "Label smoothing",
            "Moves the targets a little towards 'do not know', so that the network does not become too sure. "
            "The curves still measure against the true labels.",
            tasks=CLASSES,
            ge=0,
            le=0.5,
        ),
    ] = 0.0
    class_weights: Annotated[
        Annotated[
            list[Annotated[float, Field(gt=0, le=100)]],
            Field(min_length=CLASS_COUNTS[0], max_length=CLASS_COUNTS[-1]),
        ]
        | None,
        setting(
            "Class weights",
            "How much the errors of each class count while training, first class first. "
            "More makes the network rather take others for that class than miss one.",
            tasks=CLASSES,
        ),
    ] = None
    optimizer: Annotated[
        Settings,
        Tagged("name", {name: rule.settings for name, rule in OPTIMIZERS.items()}),
        setting("Optimizer", "The rule that turns gradients into steps of the weights."),
    ] = SgdSettings(name="sgd")
    schedule: Annotated[
        Schedule,
        Tagged("name", SCHEDULES, keeps=("unit", "warmup")),
        setting("Schedule", "How the learning rate changes as training goes on."),
    ] = Constant(name="constant")
    gradient_clipping: Annotated[
        Settings,
        Tagged("name", {name: entry.settings for name, entry in CLIPPINGS.items()}),
        setting("Gradient clipping", "Keeps a single steep place from throwing the weights far away."),
    ] = NoClipping(name="none")
    early_stopping: Annotated[
        Settings,
        Tagged("name", EARLY_STOPPINGS),
        setting("Early stopping", "Ends training by itself before overfitting sets in."),
    ] = NoEarlyStopping(name="none")
    batch_size: Annotated[
        int,
        setting(
            "Batch size",
            "Samples looked at before each step. "
            "Small batches step often and noisily; large ones seldom and surely.",
            ge=1,
            le=5000,
        ),
    ] = 10
    l1: Annotated[
        float,
        setting(
            "L1 penalty",
            "Pulls every weight towards zero by the same amount, so the useless ones vanish.",
            log=True,
            ge=0,
            le=10,
        ),
    ] = 0.0
    l2: Annotated[
        float,
        setting(
            "L2 penalty",
            "Pulls large weights towards zero the most, which keeps the boundary smooth.",
            log=True,
            ge=0,
            le=10,
        ),
    ] = 0.0
    shuffle: Annotated[
        bool,
        setting("Shuffle", "Visits the samples in a new order each epoch, so that batches differ."),
    ] = True
    seed: Annotated[
        int, setting("Seed", "Draws the order of samples and the units that dropout switches off.", **SEED)
    ] = 0
