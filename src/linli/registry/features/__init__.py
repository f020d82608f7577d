"""OGC API - Features (OGC 17-069r4, Part 1: Core) over what of the register is public by rule: nothing of it is about a person."""
