"""Check a file before it is sent, and hand it over when nothing is wrong with it."""
