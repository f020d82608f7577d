"""The living page `/kit/`: every part in every state, on made-up things. Served by demo installations only."""
