"""The server: receives configs and checkpoints, sends frames. It remembers nothing and does no arithmetic."""
