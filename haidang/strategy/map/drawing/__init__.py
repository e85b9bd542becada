"""The map drawn by the server: the same forest and the same places as in the browser."""
