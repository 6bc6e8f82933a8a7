"""Back-ups of a whole installation: database and uploads in one zip file with a manifest.

`making.make` writes one while the site is served; `restoring.restore` brings one back, all of it or
nothing. The archive is checked completely after it was written and before it is used.
"""
