"""Secrets in comments are shown where they stand."""

from ddms_compile.load.comments import comment_problems
from ddms_compile.load.source import Source

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3


def test_each_place_is_that_of_its_secret() -> None:
    """On the first line and later ones, beside a value, after characters of several bytes, twice on no line."""
    text = f"# {TOKEN}\n\nx = 'é' # ü {TOKEN} and {TOKEN}\r\n# nothing\n[t] #{TOKEN}"
    lines = text.split("\n")
    spans = [problem.primary.span for problem in comment_problems(Source("x.toml", text)) if problem.primary]
    assert [span.line for span in spans] == [1, 3, 5]
    assert [lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans] == [TOKEN] * 3
    assert all(span.end_line == span.line for span in spans)
