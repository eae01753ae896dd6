"""POST /api/train: one stream of events for each run, and who computes next."""
