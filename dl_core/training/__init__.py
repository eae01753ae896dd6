"""The training loop in the textbook's way: draw an epoch, take steps, update parameters."""
