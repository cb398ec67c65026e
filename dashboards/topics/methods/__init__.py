"""How each number is made, and what was measured about it."""
