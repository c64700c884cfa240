"""Local development: images and Docker Compose."""
