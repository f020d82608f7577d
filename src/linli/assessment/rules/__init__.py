"""What is decided about an assessment, as pure functions: periods, systems, scores, colours, plans."""
