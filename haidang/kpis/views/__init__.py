"""What is done with KPIs month by month: pages of the room, each view in a module of its own."""
