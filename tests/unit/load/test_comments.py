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


def test_what_reorders_a_line_is_shown_where_it_stands() -> None:
    """Right-to-left text by itself is no error; what overrides the order of writing is."""
    text = "# \u0634\u0643 \u05ea\u200f\nx = 1\n  # a\u202eb\u202c\ny = '\u202e' # \u2069"
    found = [problem for problem in comment_problems(Source("x.toml", text)) if problem.primary]
    places = [(problem.primary.span.line, problem.primary.span.column) for problem in found if problem.primary]
    assert [problem.code for problem in found] == ["DDMS245", "DDMS245"]
    assert places == [(3, 6), (4, 11)]
