"""The optimizers by name, from simple to hard.

To add one, write its settings and its rule side by side in a file of this folder and name the rule here.
"""

from dl_core.optim.adaptive import Adagrad, Adam, Adamw, Rmsprop
from dl_core.optim.optimizer import Optimizer
from dl_core.optim.sgd import Momentum, Nesterov, Sgd

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": Rmsprop,
    "adam": Adam,
    "adamw": Adamw,
}
