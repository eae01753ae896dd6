"""The config is one document that says everything about a run: data, model, training, seeds.

Every part has defaults, so ``{}`` is a valid config. ``Config.parse(document)`` refuses wrong settings with a
sentence for each, all at once; nothing is clamped, coerced or replaced in silence.
"""

from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple, Self

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails

from dl_core.config.sections import DataSettings, ModelSettings, TrainingSettings
from dl_core.data.datasets import DATASETS
from dl_core.data.splits import sizes_of
from dl_core.data.tasks import Task, refusals, resolve, task_of
from dl_core.nn.layers import LAYERS, build
from dl_core.nn.layers.layer import Layer, Shape
from dl_core.optim.early_stopping import NoneSettings as NoEarlyStopping
from dl_core.settings.declaration import Settings, setting
from dl_core.settings.sentences import Path, document_path, dotted, rule, sentence

SIZES: frozenset[Path] = frozenset({("data", "split"), ("data", "n_samples")})
OBJECTIVE: frozenset[Path] = frozenset(
    {("data", "name"), ("data", "n_classes"), ("training", "loss"), ("model", "output_activation")}
)
WHAT_LAYERS_DEPEND_ON: dict[str, Path] = {
    "in_shape": ("data", "features"),
    "batch_size": ("training", "batch_size"),
}


class Contradiction(NamedTuple):
    """A setting that does not go with others: its path, the sentence after its name, and the others."""

    path: Path
    text: str
    others: frozenset[Path] = frozenset()


class ConfigError(ValueError):
    """Wrong settings. `errors` is a list of {"path": ..., "message": sentence}, one for each."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("\n".join(error["message"] for error in errors))
        self.errors = errors


class Document(Settings):
    """The three parts of a config, each right by itself."""

    data: Annotated[DataSettings, setting("Data", "What there is to learn from.")] = DataSettings()
    model: Annotated[ModelSettings, setting("Network", "Its layers and what they start from.")] = (
        ModelSettings()
    )
    training: Annotated[TrainingSettings, setting("Training", "How the network learns.")] = TrainingSettings()

    @property
    def task(self) -> Task:
        """What kind of answer the data ask for."""
        return task_of(self.data.name, self.data.n_classes)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Samples in train, validation and test."""
        return sizes_of(self.data.n_samples, self.data.split.train, self.data.split.validation)

    @property
    def objective(self) -> tuple[str, str]:
        """Loss and output activation, with "auto" resolved."""
        return resolve(self.task, self.training.loss, self.model.output_activation)

    @property
    def in_shape(self) -> Shape:
        """Shape of one sample of the network's inputs."""
        return (len(self.data.features),)

    def hidden_layers(self) -> list[Layer]:
        """The hidden layers, without parameters."""
        return build(self.in_shape, [layer.model_dump() for layer in self.model.layers])

    def contradictions(self) -> Iterator[Contradiction]:
        """Settings that are right by themselves but not together."""
        yield from self.contradictions_of_data()
        yield from self.contradictions_of_layers()
        yield from self.contradictions_of_targets()

    def contradictions_of_data(self) -> Iterator[Contradiction]:
        data, training = self.data, self.training
        if data.n_classes is not None and not DATASETS[data.name].any_classes:
            free = " or ".join(name for name, entry in DATASETS.items() if entry.any_classes)
            text = f"must be null for {data.name}; got {data.n_classes}. Choose {free} to set it."
            yield Contradiction(("data", "n_classes"), text, frozenset({("data", "name")}))
        n_train, n_validation, _ = self.sizes
        if n_train == 0:
            text = f"must leave a training sample of {data.n_samples}; got {data.split.train:g}. Raise it."
            yield Contradiction(("data", "split", "train"), text, SIZES)
        elif training.batch_size > n_train:
            text = f"must be at most the {n_train} training samples; got {training.batch_size}. "
            text += "Lower it or raise `data.n_samples`."
            yield Contradiction(("training", "batch_size"), text, SIZES)
        if not isinstance(training.early_stopping, NoEarlyStopping) and n_validation == 0:
            text = "must be none without validation samples to watch. Raise `data.split.validation`."
            yield Contradiction(("training", "early_stopping", "name"), text, SIZES)

    def contradictions_of_layers(self) -> Iterator[Contradiction]:
        types = [settings.type for settings in self.model.layers]
        for name, layer in LAYERS.items():
            most, count = layer.settings.most, types.count(name)
            if most is not None and count > most:
                text = f"must have at most {most} {name} layers; got {count}. Remove some."
                yield Contradiction(("model", "layers"), text)
        for i, hidden in enumerate(self.hidden_layers()):
            path: Path = ("model", "layers", i)
            for refusal in hidden.refusals(self.training.batch_size):
                text = refusal.text.format(layer=dotted(path))
                others = frozenset(WHAT_LAYERS_DEPEND_ON[name] for name in refusal.depends_on)
                yield Contradiction((*path, refusal.setting), text, others)

    def contradictions_of_targets(self) -> Iterator[Contradiction]:
        task, training = self.task, self.training
        for path, text in refusals(task, *self.objective):
            yield Contradiction(path, text, OBJECTIVE)
        if task.name == "regression" and training.label_smoothing > 0:
            text = f"must be 0 for numbers, which have no labels; got {training.label_smoothing:g}."
            yield Contradiction(("training", "label_smoothing"), text, OBJECTIVE)
        weights = training.class_weights
        if weights is not None and task.name == "regression":
            text = "must be null for numbers, which have no classes."
            yield Contradiction(("training", "class_weights"), text, OBJECTIVE)
        elif weights is not None and len(weights) != task.n_classes:
            text = f"must have a number for each of the {task.n_classes} classes; got {len(weights)}."
            yield Contradiction(("training", "class_weights"), text, OBJECTIVE)


class Config(Document):
    """Everything that a run is a function of, beside the checkpoint that it starts from."""

    @model_validator(mode="after")
    def check_together(self) -> Self:
        errors = [
            InitErrorDetails(type=rule(wrong.text, "contradiction"), loc=wrong.path, input=None)
            for wrong in self.contradictions()
        ]
        if errors:
            raise ValidationError.from_exception_data("Config", errors)
        return self

    @classmethod
    def parse(cls, document: object) -> Self:
        """Config from JSON's objects; `ConfigError` has a sentence for every wrong setting."""
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            raise ConfigError(problems(document, error)) from None


def problems(document: Any, error: ValidationError) -> list[dict[str, str]]:
    """Path and sentence of every wrong setting, and of those that contradict the ones that are right."""
    wrong = error.errors(include_url=False)
    messages = dict(sentence(detail) for detail in wrong)
    # pydantic looks at the whole only when all its parts are right; so look again without those that are not.
    removed = {document_path(detail)[:2] for detail in wrong}
    try:
        contradictions = list(Document.model_validate(without(document, removed)).contradictions())
    except ValidationError:
        contradictions = []  # the document is no object
    for contradiction in contradictions:
        involved = {contradiction.path[:2], *contradiction.others}
        if not removed & (involved | {path[:1] for path in involved}):
            path = dotted(contradiction.path)
            messages[path] = f"`{path}` {contradiction.text}"
    return [{"path": path, "message": message} for path, message in messages.items()]


def without(document: Any, paths: set[Path]) -> Any:
    """Copy of the document less the settings, or whole parts, at `paths`."""
    if not isinstance(document, dict):
        return document
    rest = {name: dict(part) if isinstance(part, dict) else part for name, part in document.items()}
    for part, *names in sorted(filter(None, paths), key=len, reverse=True):
        if not names:
            rest.pop(part, None)
        elif part in rest:
            rest[part].pop(names[0], None)
    return rest
