"""One module for each stack: which components it has, in which order."""
