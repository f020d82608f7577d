"""The pages of cases: what residents, workers and everybody see."""
