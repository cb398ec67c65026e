"""Measures, run by hand: what a refresh costs, beside a reference that does the same sums without the machinery."""
