"""The lake's tests may ask for a Spark cluster."""

from tests.spark import spark_master

__all__ = ["spark_master"]
