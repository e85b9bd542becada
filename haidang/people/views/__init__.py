"""Pages of people, units, one's own account and signing in: HTTP only."""
