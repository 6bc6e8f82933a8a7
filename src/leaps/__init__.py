"""LEAPS Commons: one sourced record of research infrastructures, many products made from it."""

__version__ = "0.1.0"
