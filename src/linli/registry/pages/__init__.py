"""The registry's pages in the console: find, see, change; each change explained by its facts."""
