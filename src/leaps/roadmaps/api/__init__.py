"""Action plans, proposed dark periods and the roadmaps of groups over the REST API."""
