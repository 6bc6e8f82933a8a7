"""Common performance indicators: definitions, raw records, returns, computed values, dashboards."""
