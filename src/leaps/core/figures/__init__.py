"""Figures drawn on the server as SVG: they work without scripts, in the dark and on paper."""
