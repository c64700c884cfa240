"""The words of every diagnostic about writing (DDMS5xx): one function per refusal."""

import errno
from collections.abc import Sequence

from ddms_compile.diagnostics.diagnostic import Diagnostic, Label, Severity, Span
from ddms_compile.disk.door import Refused

_REASONS = {
    errno.ENOSPC: "no space is left on the disk",
    errno.EDQUOT: "disk quota exceeded",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
    errno.EXDEV: "it is on another file system than the project",
    errno.ENOTDIR: "a file exists where a directory is expected",
    errno.EEXIST: "its path is occupied",
    errno.ENAMETOOLONG: "the name is too long for the file system",
}


_ADVICE = {
    errno.ENOSPC: "free up disk space, then build again",
    errno.EDQUOT: "free up disk space, then build again",
    errno.EROFS: "make the project writable for you, then build again",
    errno.EACCES: "make the project writable for you, then build again",
    errno.EPERM: "make the project writable for you, then build again",
}


def hand_edited(path: str) -> Diagnostic:
    """DDMS501: an owned file was edited."""
    return _error(
        "DDMS501",
        f"{path} was edited by hand",
        notes=("it is generated: the next build would overwrite the edit, so nothing was written",),
        help=(
            "make the change in ddms.toml or environments/*.toml instead",
            "then run `ddms-compile build --force` to overwrite the edit",
        ),
    )


def in_the_way(path: str, what: str) -> Diagnostic:
    """DDMS502: a foreign file or directory blocks the path of a file. `what`: its kind, such as `a directory`."""
    return _error(
        "DDMS502",
        f"{path} is occupied: {what}",
        notes=("ddms-compile did not create it, so it does not overwrite it, and nothing was written",),
        help=("move it elsewhere or delete it, then build again",),
    )


def stale(changes: Sequence[str], *, interrupted: bool) -> Diagnostic:
    """DDMS503: committed files are stale. `changes`: lines such as `update a/b`."""
    count = len(changes)
    message = "the manifest is outdated" if count == 0 else f"{count} generated files are outdated"
    if count == 1:
        message = "1 generated file is outdated"
    notes = tuple(changes[:20]) + ((f"and {count - 20} more",) if count > 20 else ())
    if interrupted:
        notes = ("an interrupted build left changes behind; the next `ddms-compile build` completes it first", *notes)
    return _error("DDMS503", message, notes=notes, help=("run `ddms-compile build` and commit the changes",))


def still_locked(holder: str, seconds: float) -> Diagnostic:
    """DDMS504: timeout while another build holds the lock. `holder` may be empty."""
    who = f" (process {holder})" if holder else ""
    return _error(
        "DDMS504",
        f"another build{who} is writing this project",
        notes=(f"waited {seconds:.0f} s for its lock",),
        help=("wait until it has finished, or end it, then build again",),
    )


def cannot_write(path: str, error: OSError, *, intact: bool = True) -> Diagnostic:
    """DDMS505: an I/O error. `intact`: the tree is unchanged."""
    path, reason = _place(path, error), _reason(error)
    after = (
        "the generated files are unchanged"
        if intact
        else "some files were already replaced; the next `ddms-compile build` completes the work"
    )
    advice = _ADVICE.get(error.errno or 0, "fix the cause, then build again")
    return _error("DDMS505", f"cannot write {path}: {reason}", notes=(after,), help=(advice,))


def cannot_read(path: str, error: OSError) -> Diagnostic:
    """DDMS505: a generated file cannot be read."""
    path, reason = _place(path, error), _reason(error)
    return _error(
        "DDMS505",
        f"cannot read {path}: {reason}",
        notes=("a build compares every generated file before it writes; nothing was written",),
        help=("fix the permissions, then build again",),
    )


def unusable_manifest(path: str, reason: str, *help_: str) -> Diagnostic:
    """DDMS506: an unusable manifest."""
    return _error(
        "DDMS506",
        f"{path} is invalid: {reason}",
        notes=("it lists the files that a build may replace or delete; nothing was written",),
        help=help_
        or (
            f"restore it with `git restore {path}`",
            "or run `ddms-compile build --force`, which overwrites every generated file and recreates it",
        ),
    )


def no_manifest(path: str) -> Diagnostic:
    """DDMS506: generated files without a manifest."""
    return _error(
        "DDMS506",
        f"{path} is missing, but there are files under generated/",
        notes=("it lists the files that a build wrote: without it, other files cannot be told apart from them",),
        help=(f"restore it: git checkout HEAD -- {path}", "or run `ddms-compile build`, which recreates it"),
    )


def undeclared(path: str) -> Diagnostic:
    """DDMS520: a file among ours that no build wrote."""
    return Diagnostic(
        code="DDMS520",
        severity=Severity.ERROR,
        message=f"{path} is under generated/, but no build wrote it",
        primary=Label(span=Span(path=path, line=1, column=1, end_line=1, end_column=1)),
        notes=(_reader(path),),
        help=("delete it, or move it out of generated/; make the change in ddms.toml or environments/",),
    )


def _reader(path: str) -> str:
    """Who reads the folder."""
    steps = path.rstrip("/").split("/")
    if "stacks" in steps:
        return "Terraform reads every file of a stack's folder and would apply its content"
    if "manifests" in steps:
        return "`kubectl apply -f` reads every file of the folder and would apply its content"
    if "compose" in steps:
        return "Docker Compose reads files beside the Compose file by their names"
    return "consumers read generated/ as a whole and trust that it follows from the configuration"


def unusable_journal(path: str, reason: str) -> Diagnostic:
    """DDMS506: an interrupted build cannot be finished, because the journal is unreadable."""
    return _error(
        "DDMS506",
        f"{path} is invalid: {reason}",
        notes=("it records the progress of an interrupted build; nothing was written",),
        help=("delete .ddms-compile/ and restore generated/ from version control", "then build again"),
    )


def collision(first: str, second: str) -> Diagnostic:
    """DDMS507: two generated paths cannot exist on one file system."""
    return _error(
        "DDMS507",
        f"{first} and {second} cannot both be written",
        notes=("their names differ only in case, or one is a directory of the other",),
        help=("rename one of the environments or workloads in these paths",),
    )


def changed_meanwhile(path: str) -> Diagnostic:
    """DDMS508: a file changed between planning and writing."""
    return _error(
        "DDMS508",
        f"{path} changed while the build ran",
        notes=("nothing was written",),
        help=("build again",),
    )


def tracked_state(path: str, reason: str) -> Diagnostic:
    """DDMS510: the working folder came with the repository."""
    return _error(
        "DDMS510",
        f"{path} is unsafe: {reason}",
        notes=(
            "the working folder belongs to this machine: content from a repository could make a build do anything",
            "nothing was read from it, and nothing was written",
        ),
        help=("remove it from the repository: git rm -r --cached .ddms-compile", "then delete .ddms-compile/"),
    )


def strange_state(path: str, reason: str) -> Diagnostic:
    """DDMS511: the working folder contains a file that no build creates."""
    return _error(
        "DDMS511",
        f"{path} is unsafe: {reason}",
        notes=("no build creates this; nothing was read from it, and nothing was written",),
        help=("find out where it came from, then delete .ddms-compile: the next build recreates its content",),
    )


def strange_project(path: str, reason: str) -> Diagnostic:
    """DDMS513: another user may control the project above the directory of a command."""
    return _error(
        "DDMS513",
        f"{path} is not taken for the project of this directory: {reason}",
        notes=("a command that follows it could read or write files with your permissions",),
        help=(f"if it is your project, name it: -C {path.rpartition('/')[0]}",),
    )


def no_output_folder(chosen: str) -> Diagnostic:
    """DDMS512: an invalid output folder of `synth`."""
    return _error(
        "DDMS512",
        f"the stacks cannot be written into {chosen}",
        notes=("it is outside the project, or a folder with other content; nothing was written",),
        help=('use a folder of its own inside the project, as `"output": "cdktf.out"` in cdktf.json does',),
    )


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


def _place(path: str, error: OSError) -> str:
    """The occupied path may be a directory above."""
    return error.path if isinstance(error, Refused) else path


def _error(code: str, message: str, *, notes: tuple[str, ...], help: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(code=code, severity=Severity.ERROR, message=message, notes=notes, help=help)
