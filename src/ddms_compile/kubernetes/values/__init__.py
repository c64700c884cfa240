"""Helm: values of the charts, for every environment."""
