"""Template tags of the roadmaps."""
