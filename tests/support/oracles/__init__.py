"""What consumes our output, to ask whether it accepts it. Each module says why it cannot run, when it cannot."""
