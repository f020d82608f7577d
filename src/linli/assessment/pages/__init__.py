"""Pages of assessment: the assessor's workspace, entering and importing, warnings and plans, comparing, and the public page."""
