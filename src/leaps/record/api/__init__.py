"""The record over HTTP: objects of every kind, sets of changes, packs.

The schemas are made from the fields of the record; there is no second definition.
"""
