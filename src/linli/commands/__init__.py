"""Commands that compute from files and need no installation: they put rooms and paper together for the command line."""
