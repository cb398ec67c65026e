"""What arrived, what became of it, and whether it agrees with what was published."""
