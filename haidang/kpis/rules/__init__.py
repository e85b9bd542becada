"""Pure calculation of the room; time is passed in."""
