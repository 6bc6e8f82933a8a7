"""What every part of the REST API shares.

`problems`: refusals as problem documents. `parameters`: the query string, read strictly. `answers`:
JSON with ETag, conditional requests, pages. `middleware`: limits, CORS, HEAD, and problem documents
for what never reached an operation. `description`: OpenAPI and the page for people.
"""
