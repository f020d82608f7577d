"""The policies in force: adopted rows, immutable and pinned by hash, which rooms name when they apply one."""
