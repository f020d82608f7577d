"""Cases: what people report until it is really solved (接诉即办). Owns types in force, cases, their clocks, what was said of them, and who is asked."""
