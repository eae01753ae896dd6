"""Descent's engine: training is a pure function, (config, checkpoint) -> the next checkpoint.

Shape letters, used in all of it: R networks side by side, N samples, B batch, G grid points, D features in,
C outputs, P parameters. The R axis comes first and may be missing.
"""

from dl_core.checkpoint import Checkpoint, CheckpointError
from dl_core.compiler.fast_trainer import FastTrainer as Trainer
from dl_core.config.config import Config, ConfigError

__all__ = ["Checkpoint", "CheckpointError", "Config", "ConfigError", "Trainer"]
