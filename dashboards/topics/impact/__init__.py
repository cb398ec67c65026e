"""What changed in schools that took part, beyond what changed in schools like them."""
