"""Engines that plan: schedules and their uncertainty, dark periods, priorities, progress.

NumPy and SciPy only: no Django, no database, nothing of the apps. What goes in and comes out are frozen
dataclasses and arrays; whoever calls turns objects of the record into them.
"""
