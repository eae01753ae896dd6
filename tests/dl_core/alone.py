"""The law of independence, for configs of a test's own."""

from dl_core import Trainer


def require_equal_to_each_alone(configs, steps):
    """Fail unless each of several networks ends with the same bytes as the same one alone."""
    together = Trainer(configs)
    together.train(steps=steps)
    for r, config in enumerate(configs):
        alone = Trainer(config)
        alone.train(steps=steps)
        assert together.network.params[r].tobytes() == alone.network.params.tobytes()
        assert together.network.statistics[r].tobytes() == alone.network.statistics.tobytes()
