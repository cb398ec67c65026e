"""Sharing: who sees what of whom, by which agreement, and what the reader is shown."""
