"""Where samples come from, how they are split, and what kind of answer they ask for."""
