"""Pages about people: one's own account, the office's list, the trial's role picker."""
