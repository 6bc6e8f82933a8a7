"""What people do with editions: one module for each part of the way from the first word to the release."""
