"""The sciences: plain Python over arrays. No Django, no clock, no files; each engine is usable in a notebook."""
