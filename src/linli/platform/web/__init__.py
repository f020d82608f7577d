"""The edge to the browser: who is asking, in which language and look, under which rule; one answer per key."""
