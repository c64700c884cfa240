"""Values of the charts, for every environment."""
