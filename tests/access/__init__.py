"""Every address of the program, walked by every role: who may do what, by the book."""
