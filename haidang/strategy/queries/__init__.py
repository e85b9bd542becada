"""Page-shaped reads across all rooms: a goal's page, lists, home."""
