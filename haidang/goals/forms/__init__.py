"""The shape of what people enter about goals, links and cycles."""
