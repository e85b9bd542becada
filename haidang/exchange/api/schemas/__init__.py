"""The shapes of what is sent and answered; their fields carry the words of the reference."""
