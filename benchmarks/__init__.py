"""Every number that the project claims about speed, reproducible by one command (`make bench`)."""
