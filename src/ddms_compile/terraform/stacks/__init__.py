"""One module per stack: its components, in order."""
