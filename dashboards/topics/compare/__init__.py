"""One school compared with England, its authority, its partnership and schools like it."""
