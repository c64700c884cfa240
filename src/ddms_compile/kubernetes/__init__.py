"""Kubernetes: charts, their values, and the objects that Helm renders from them."""
