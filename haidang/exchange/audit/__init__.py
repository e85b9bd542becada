"""The log as a page: who did what to what, and when, as far as one may know of it."""
