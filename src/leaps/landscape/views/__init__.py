"""The entrances of the landscape."""
