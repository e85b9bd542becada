"""The tours of docs/tours, followed word for word."""
