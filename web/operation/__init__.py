"""For who runs the server: settings from the environment, log lines, metrics."""
