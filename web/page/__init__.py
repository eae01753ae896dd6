"""The page and its files, as browsers get them."""
