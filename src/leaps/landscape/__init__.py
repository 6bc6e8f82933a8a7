"""The landscape of Europe's light sources: figures computed from the record, and what is written around them."""
