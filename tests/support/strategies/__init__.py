"""Random projects that are valid by every rule: what hypothesis draws from."""

from strategies.environment import environment_trees
from strategies.projects import Project, projects
from strategies.texts import data_texts
from strategies.toml_text import toml_text

__all__ = ["Project", "data_texts", "environment_trees", "projects", "toml_text"]
