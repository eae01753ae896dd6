"""How a setting is declared, and how a wrong value becomes a sentence. Knows nothing of networks."""
