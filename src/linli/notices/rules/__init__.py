"""What is decided about announcements, as pure functions of their arguments."""
