"""The JSON Schemas that editors read."""
