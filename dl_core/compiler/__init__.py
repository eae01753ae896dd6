"""The same training step without overhead: traced once, folded, written out as straight-line Python."""
