"""Measures, run by hand: what a refresh costs, compared with a reference that does the same sums without the machinery."""
