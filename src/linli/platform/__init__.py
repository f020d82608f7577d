"""The ground every room stands on: settings, database and its roles, sign-in, rights, policies, jobs, live pages, UI kit."""
