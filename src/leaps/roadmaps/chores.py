"""What the worker and the preparation of a trial do with estimates, without loading scipy when the site only starts."""

import datetime as dt


def keep_forecasts(now: dt.datetime) -> int:
    """Keep this month's forecast of every chain with an estimate; how many were new."""
    from leaps.roadmaps import estimate_actions

    return estimate_actions.keep_monthly(now)


def begin_estimates() -> None:
    """Write the synthetic estimates of a trial."""
    from leaps.roadmaps import estimate_trial

    estimate_trial.begin()
