"""Configs drawn by Hypothesis: every dataset, layer, optimizer, schedule and the rest, in any combination."""

import hypothesis.strategies as st

from dl_core.data.datasets import DATASETS
from dl_core.data.features import FEATURES, SCALINGS
from dl_core.data.tasks import task_of
from dl_core.nn.activations import ACTIVATIONS
from dl_core.nn.initializers import BIAS_INITIALIZERS, INITIALIZERS
from dl_core.optim.clipping import CLIPPINGS
from dl_core.optim.optimizers import OPTIMIZERS
from dl_core.optim.schedules import SCHEDULES

seeds = st.integers(0, 2**32 - 1)
rates = st.sampled_from([0.001, 0.03, 0.1, 1.0])
penalties = st.sampled_from([0.0, 0.0, 0.001, 0.1])
seldom = st.sampled_from([False, False, True])

dropouts = st.fixed_dictionaries(
    {"type": st.just("dropout"), "dropout_rate": st.sampled_from([0.0, 0.3, 0.5])}
)
norms = st.fixed_dictionaries({"type": st.sampled_from(["batch_norm", "layer_norm"])})


@st.composite
def layers(draw, inputs, batch_size):
    """Up to four hidden layers that fit each other."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["dense", "dense", "dropout", "norm"]))
        if kind == "dropout":
            found.append(draw(dropouts))
        elif kind == "norm":
            norm = draw(norms)
            if inputs > 1 and batch_size > 1:
                found.append({**norm, "trainable": not draw(seldom)})
        else:
            residual = draw(seldom) and inputs > 1
            units = inputs if residual else draw(st.integers(2, 9))
            layer = {
                "type": "dense",
                "units": units,
                "activation": draw(st.sampled_from(list(ACTIVATIONS))),
                "residual": residual,
                "trainable": not draw(seldom),
                "initializer": draw(st.sampled_from([None, *INITIALIZERS])),
                "l1": draw(st.sampled_from([None, None, 0.0, 0.01])),
                "l2": draw(st.sampled_from([None, None, 0.0, 0.01])),
            }
            found.append(layer)
            inputs = units
    return found


@st.composite
def schedules(draw):
    """A schedule that does something within the few steps of a test."""
    return {
        "name": draw(st.sampled_from(list(SCHEDULES))),
        "unit": draw(st.sampled_from(["epochs", "steps"])),
        "warmup": draw(st.sampled_from([0, 0, 3])),
    }


@st.composite
def configs(draw):
    """A config; few samples, so that many epochs are cheap."""
    name = draw(st.sampled_from(list(DATASETS)))
    task = task_of(name, None)
    n_samples = draw(st.integers(10, 60))
    train = draw(st.sampled_from([0.3, 0.5, 1.0]))
    rest = draw(st.sampled_from([0.0, 0.5, 1.0])) * (1 - train)
    n_train = round(n_samples * train)
    validated = round(n_samples * (train + rest)) > n_train
    batch_size = draw(st.integers(1, n_train))
    features = draw(st.lists(st.sampled_from(list(FEATURES)), min_size=1, max_size=4, unique=True))
    return {
        "data": {
            "name": name,
            "n_samples": n_samples,
            "noise": draw(st.sampled_from([0.0, 0.2])),
            "seed": draw(seeds),
            "split": {"train": train, "validation": rest, "test": 1 - train - rest},
            "features": features,
            "scaling": draw(st.sampled_from(list(SCALINGS))),
        },
        "model": {
            "layers": draw(layers(len(features), batch_size)),
            "output_activation": draw(
                st.sampled_from(["auto", "tanh", *(["softmax"] if task.name == "multiclass" else [])])
            ),
            "initializer": draw(st.sampled_from(list(INITIALIZERS))),
            "bias_initializer": draw(st.sampled_from(list(BIAS_INITIALIZERS))),
            "seed": draw(seeds),
        },
        "training": {
            "optimizer": {"name": draw(st.sampled_from(list(OPTIMIZERS))), "learning_rate": draw(rates)},
            "schedule": draw(schedules()),
            "gradient_clipping": {"name": draw(st.sampled_from(["none", *CLIPPINGS]))},
            "early_stopping": {
                "name": "validation_loss",
                "patience": draw(st.integers(1, 3)),
                "restore_best": draw(st.booleans()),
            }
            if validated and draw(seldom)
            else {"name": "none"},
            "label_smoothing": draw(st.sampled_from([0.0, 0.1])) if task.n_classes else 0.0,
            "class_weights": [1.0 + i for i in range(task.n_classes)]
            if task.n_classes and draw(seldom)
            else None,
            "batch_size": batch_size,
            "l1": draw(penalties),
            "l2": draw(penalties),
            "shuffle": draw(st.booleans()),
            "seed": draw(seeds),
        },
    }
