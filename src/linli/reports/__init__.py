"""Paper: PDF reports set by typst from what the rooms compute. Django-free, so that the command line can print without a server."""
