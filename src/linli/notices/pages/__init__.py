"""Pages of announcements: the staff's and the readers'."""
