"""A board's five minutes for one partnership or a whole authority."""
