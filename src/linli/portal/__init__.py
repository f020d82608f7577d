"""The residents' face 居民端."""
