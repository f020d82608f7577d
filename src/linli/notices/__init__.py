"""Announcements 通知公告: what a community tells its people, whom it reaches, and who has read it."""
