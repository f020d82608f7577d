"""Pages of the life circle: the planner's map, a resident's own surroundings, the public table, and the data their maps draw."""
