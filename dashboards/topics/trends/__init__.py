"""One indicator over the years, for an area and for each of its schools."""
