"""The config document: its sections, the rules between them, and what networks side by side may differ in."""
