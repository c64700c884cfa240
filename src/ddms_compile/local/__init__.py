"""What runs on a laptop: images and compose."""
