"""The textbook's network: activations, initializers, layers, losses. No data, no loop."""
