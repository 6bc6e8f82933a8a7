"""Tests of the roadmaps."""
