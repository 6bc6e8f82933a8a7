"""Indicators over the REST API: values, reports, campaigns, returns on their way."""
