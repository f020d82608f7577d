"""Ways in: name and password, slowed against guessing without locking the owner out."""
