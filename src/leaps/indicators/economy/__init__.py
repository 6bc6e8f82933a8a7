"""The economy around a facility: input-output tables, trades, the calculator, the steps of the method ladder.

No database and no request in here; tables come as bytes or files, answers go out as plain objects.
"""
