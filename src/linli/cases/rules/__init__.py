"""What is decided about cases, as pure functions of their arguments."""
