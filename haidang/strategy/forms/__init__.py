"""What is entered about people and goals at once."""
