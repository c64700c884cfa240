"""The slim bindings write what the published ones write, byte for byte."""

from pathlib import Path

from bindings.running import run


def test_slim_and_full_loading_write_the_same_bytes(tmp_path: Path) -> None:
    """The tree of several kinds of element is the same, whichever way CDKTF was loaded."""
    slim, _ = run(tmp_path / "cache")
    full, _ = run(tmp_path / "cache", mode="full")
    assert (slim["mode"], full["mode"]) == ("slim", "full")
    assert slim["tree"] == full["tree"]
    assert sorted(slim["tree"]["resource"]) == [
        "aws_db_instance",
        "aws_iam_role",
        "aws_subnet",
        "aws_vpc",
        "helm_release",
    ]


def test_a_cold_and_a_warm_start_write_the_same_and_only_the_cold_one_builds(tmp_path: Path) -> None:
    """The cache changes nothing but the time, and nothing is written where the program runs."""
    cold, said = run(tmp_path / "cache")
    warm, silence = run(tmp_path / "cache")
    assert "building the bindings" in said
    assert silence == ""
    assert cold == warm
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "tmp"]
    assert list((tmp_path / "tmp").iterdir()) == []
