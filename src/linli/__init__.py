"""Linli 邻里: the software a residential community, its street office and its residents run their common life on."""

__version__ = "0.1.0"
