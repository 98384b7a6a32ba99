"""The repository as something to look at: its files, its modules, what they import and call."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or will be committed, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(p for p in map(Path, listed.split("\0")) if (ROOT / p).is_file()))


@cache
def text(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def modules(*folders: str) -> tuple[Path, ...]:
    """Python files under the folders (or all), relative to the root."""
    python = [path for path in files() if path.suffix == ".py"]
    return tuple(p for p in python if not folders or p.as_posix().startswith(folders))


@cache
def tree(path: Path | str) -> ast.Module:
    return ast.parse(text(path), filename=str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports, inside functions too.

    ``from a.b import c`` counts as ``a.b.c``: c may be a module.
    """
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "." * node.level + (node.module or "")
            else:
                for name in node.names:
                    yield node.lineno, f"{node.module}.{name.name}"


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call whose target is a name: ``open``, ``date.today``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if name:
                yield node.lineno, name


def dotted(node: ast.expr) -> str:
    """``a.b.c`` of a name or attribute; of anything else only what follows it: ``.now``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def within(name: str, *roots: str) -> bool:
    """Whether a dotted name is one of the roots or lies below one."""
    return any(name == root or name.startswith(root + ".") for root in roots)
