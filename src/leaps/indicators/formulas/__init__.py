"""The calculations behind the indicators: numbers and arrays in, numbers and arrays out.

No database, no Django, no clock and no hidden state: whatever a result depends on is an argument. Missing
is NaN in an array and None in a dataclass, and never turns into zero on the way.
"""
