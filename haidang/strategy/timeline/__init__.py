"""Goals and cycles on an axis of time."""
