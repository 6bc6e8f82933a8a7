"""Pages of the roadmaps."""
