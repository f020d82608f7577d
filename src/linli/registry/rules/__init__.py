"""Decisions of the registry as pure functions: periods, places and codes, people, tenure, grants. No rows, no clock."""
