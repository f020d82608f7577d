"""What happened, written once: append-only facts, sealed into signed chains; subscribers follow them."""
