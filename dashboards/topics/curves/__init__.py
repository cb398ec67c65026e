"""What partnerships set out to change, what was to be expected anyway, and what happened."""
