"""Pictures of training for a browser: metrics, maps and weights of one moment as plain JSON."""
