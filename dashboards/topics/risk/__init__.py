"""Which schools to look at more closely, why, and how often such a concern is a false alarm."""
