"""How parameters change: optimizers, schedules, clipping, early stopping. Knows no layers, only vectors."""
