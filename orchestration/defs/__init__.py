"""Dagster wiring, thin, one file per stage. Work is done by the modules of `orchestration`, not here."""
