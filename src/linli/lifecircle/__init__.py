"""What people can reach on foot: standards, coverage, gaps. The loop's first step, find."""
