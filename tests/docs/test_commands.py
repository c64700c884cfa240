"""Commands that need an account or a server are not run: programs and options in them are held to what exists."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs.markdown import Part, parts, replaced
from docs.walk import ROOT

from ddms_compile.cli.parser import parse
from oracles import aws_words, shell

WRITTEN = {ROOT / "docs/reference/runbook.md"}
PAGES = sorted({ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")} - WRITTEN)
SHOWN = {"text", "yaml", "js"}
"""Languages of what is shown only: the usage of a command, files of other programs."""
KNOWN = {"console", "diff", "toml", "sh", "", *SHOWN}
"""Every language of a block; the others are run, applied, checked, and looked at here."""
PROGRAMS = {
    "aws",
    "cp",
    "ddms-compile",
    "docker",
    "export",
    "gh",
    "git",
    "jq",
    "openssl",
    "printf",
    "read",
    "terraform",
}
TERRAFORM = {"init", "apply"}
GH = {"api", "run list", "secret set"}
"""Programs and their commands that are in the blocks; add one here when its options were looked up."""


def blocks(language: str) -> Iterator[tuple[Path, Part]]:
    """The blocks of one language on every page."""
    yield from ((page, part) for page in PAGES for part in parts(page.read_text("utf-8")) if part.language == language)


SHELL = [pytest.param(part, id=f"{page.relative_to(ROOT)}:{part.line}") for page, part in blocks("sh")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_block_has_a_language_that_is_tested(page: Path) -> None:
    """No block escapes the tests by its language."""
    text = page.read_text("utf-8")
    found = list(parts(text))
    assert {part.language for part in found} - {"effect"} <= KNOWN
    rest = replaced(text, {part.span: "" for part in found})
    assert set(re.findall(r"^ +`{3,}([a-z]*)", rest, re.MULTILINE)) <= SHOWN | {""}, "indented blocks are not run"


@pytest.mark.parametrize("part", SHELL)
def test_a_block_that_is_not_run_says_why(part: Part) -> None:
    """Its first line is a comment, so a reader sees what it needs."""
    assert re.match(r"# Needs .+\.\n", part.body)


@pytest.mark.parametrize("page", sorted({page for page, _ in blocks("sh")}), ids=lambda page: page.name)
def test_shellcheck_accepts_the_blocks_of_a_page(page: Path) -> None:
    """They can be pasted as they are, one after another."""
    if reason := shell.unavailable():
        pytest.skip(f"UNCHECKED commands of the documents: {reason}")
    script = "".join(part.body for each, part in blocks("sh") if each == page)
    assert shell.problems(f"#!/usr/bin/env bash\n{script}") == []


@pytest.mark.parametrize("part", SHELL)
def test_a_block_calls_programs_with_arguments_that_they_take(part: Part) -> None:
    """The compiler by its parser, the AWS CLI by botocore's descriptions."""
    for words in commands(part.body):
        program, *rest = words
        assert program in PROGRAMS, words
        if program == "ddms-compile":
            parse(rest)
        elif program == "terraform":
            assert rest[0].startswith("-chdir=generated/") and rest[1:] in [[verb] for verb in TERRAFORM], words
        elif program == "gh":
            assert any(rest[: len(known.split())] == known.split() for known in GH), words
    if "aws " in part.body:
        if aws_words.data() is None:
            pytest.skip("UNCHECKED arguments of the AWS CLI: no botocore; run `make e2e-aws`")
        calls = aws_words.calls(part.body)
        assert calls
        assert [wrong for call in calls if (wrong := aws_words.objections(call))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_in_a_sentence_is_one_that_the_program_takes(page: Path) -> None:
    """`ddms-compile …` between backticks parses, with names such as ENV in the place of a value."""
    text = page.read_text("utf-8")
    prose = replaced(text, {part.span: "" for part in parts(text)})
    for command in re.findall(r"`ddms-compile ([a-z-][^`\n]*)`", prose):
        parse(shlex.split(command))


def commands(script: str) -> Iterator[list[str]]:
    """The words of each command, without assignments."""
    joined = script.replace("\\\n", " ").replace("|\n", "| ")
    for line in joined.splitlines():
        words = shlex.split(line, comments=True)
        command: list[str] = []
        for word in [*words, "|"]:
            if word in ("|", "&&", "||"):
                if command:
                    yield command
                command = []
            elif command or not re.match(r"[A-Z][A-Za-z_]*=", word):
                command.append(word)
