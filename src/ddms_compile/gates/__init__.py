"""The writers of text formats, which escape every value."""
