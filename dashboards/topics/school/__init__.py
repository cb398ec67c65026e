"""One school: its figures, its evidence, who it is; and the list to find it in."""
