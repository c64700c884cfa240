"""The writers of text formats: every value passes one of them, which escapes it."""
