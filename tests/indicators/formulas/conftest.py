"""The same examples in every run, and no clock in the judgement: these are formulas, not benchmarks."""

from hypothesis import settings

settings.register_profile("formulas", max_examples=60, derandomize=True, deadline=None)
settings.load_profile("formulas")
