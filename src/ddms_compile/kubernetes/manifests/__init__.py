"""Manifests: the objects of each cluster, rendered by Helm."""
