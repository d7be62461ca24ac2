"""How many faults in the evaluators and in the search for counter-offers the tests find:
`python -m benchmarks.policy.mutation [--every N] [--module NAME …]`.

In a copy of the project, one place of these modules is changed at a time: a comparison turned round, a constant off by one,
`and` for `or`, a branch never taken, a return value gone, a statement left out. A change is killed when a test of its part
fails (`EVALUATING`, `COUNTERING`) or, in an evaluator, when the seeded cases no longer agree with the reference; a time-out
counts as killed. What survives is printed with its line. `--every 5` takes every fifth change of each module only.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

EVALUATORS = (
    "values",
    "evaluation",
    "conditions",
    "kinship",
    "fitting",
    "compiled",
    "rule_source",
    "condition_source",
    "fact_source",
    "judging",
)
SEARCH = ("countering/__init__", "countering/nearby")
MODULES = EVALUATORS + SEARCH
EVALUATING = tuple(f"tests/vault/policy/test_{name}.py" for name in ("fitting", "evaluation", "compiled"))
COUNTERING = (
    "tests/vault/policy/test_nearby.py",
    "tests/vault/policy/test_countering.py",
    "tests/properties/test_counter_properties.py",
)
SEEDED_CASES, SECONDS = 250, 60
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def changes(tree: ast.Module) -> Iterator[tuple[int, str, ast.Module]]:
    """Every changed tree, with the line and what was done there."""
    decorating = {
        id(one) for node in ast.walk(tree) for top in getattr(node, "decorator_list", ()) for one in ast.walk(top)
    }
    for at, node in enumerate(ast.walk(tree)):
        if id(node) in decorating:
            continue
        for name, _ in enumerate(_changed(copy.deepcopy(node))):
            changed = copy.deepcopy(tree)
            target = next(one for index, one in enumerate(ast.walk(changed)) if index == at)
            for number, what in enumerate(_changed(target)):
                if number == name:
                    yield getattr(node, "lineno", 0), what, ast.fix_missing_locations(changed)
                    break


def _changed(node: ast.AST) -> Iterator[str]:
    """Changes the node in place at each step; the caller stops at the one that it wants."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in _TURNED:
        node.ops[0] = _TURNED[type(node.ops[0])]()
        yield f"comparison becomes {type(node.ops[0]).__name__}"
    elif isinstance(node, ast.BoolOp):
        node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield f"becomes {type(node.op).__name__}"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        yield "not left out"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
        yield "minus left out"
    elif isinstance(node, ast.If | ast.IfExp):
        node.test = ast.Constant(False)
        yield "never"
        node.test = ast.Constant(True)
        yield "always"
    elif isinstance(node, ast.Constant):
        yield from _changed_constant(node)
    elif isinstance(node, ast.Return) and not (
        isinstance(node.value, ast.Constant | None) and not getattr(node.value, "value", None)
    ):
        node.value = ast.Constant(None)
        yield "returns None"
    elif isinstance(node, ast.Expr | ast.Assign | ast.AugAssign) and not isinstance(node.value, ast.Constant):
        yield from _left_out(node)


def _changed_constant(node: ast.Constant) -> Iterator[str]:
    if isinstance(node.value, bool):
        node.value = not node.value
        yield f"becomes {node.value}"
    elif isinstance(node.value, int):
        node.value += 1
        yield f"becomes {node.value}"


def _left_out(node: ast.Expr | ast.Assign | ast.AugAssign) -> Iterator[str]:
    if isinstance(node, ast.Expr):
        node.value = ast.Constant(None)
        yield "left out"


def _kills(module: str, source: str, place: Path) -> bool:
    """In a process of its own, which starts with everything imported but the engine of policy."""
    target = place / "vault" / "policy" / f"{module}.py"
    before = target.read_text()
    target.write_text(source)
    try:
        child = os.fork()
        if child == 0:
            _run_tests(module, place)
        return _failed(child)
    finally:
        target.write_text(before)


def _failed(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    return status != 0


def _run_tests(module: str, place: Path) -> None:
    """Never returns: ends the process, with 0 where nothing was noticed."""
    signal.alarm(SECONDS)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    try:
        for name in [name for name in sys.modules if name.startswith(("vault.policy", "tests."))]:
            del sys.modules[name]
        if module in EVALUATORS:
            _agree_with_reference()
        tests = EVALUATING if module in EVALUATORS else COUNTERING
        import pytest

        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *(str(place / test) for test in tests)]))
    except BaseException:
        code = 1
    os._exit(code)


def _agree_with_reference() -> None:
    from tests.vault.policy import reference
    from tests.vault.policy.generating import case
    from vault.policy.compiled import compiled
    from vault.policy.evaluation import evaluate

    for seed in range(SEEDED_CASES):
        one = case(Random(seed))
        expected = repr(reference.evaluate(one.rules, one.kind, one.facts))
        assert repr(evaluate(one.rules, one.kind, one.facts)) == expected  # type: ignore[arg-type]
        assert repr(compiled(one.rules)(one.kind, one.facts)) == expected  # type: ignore[arg-type]


def _copied(place: Path) -> None:
    root = Path(__file__).parents[2]
    leave = shutil.ignore_patterns("__pycache__")
    for part in ("terms", "vault"):
        shutil.copytree(root / part, place / part, ignore=leave)
    shutil.copytree(root / "tests" / "vault" / "policy", place / "tests" / "vault" / "policy", ignore=leave)
    (place / "tests" / "properties").mkdir()
    for test in COUNTERING:
        shutil.copy(root / test, place / test)
    shutil.copy(root / "pyproject.toml", place)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--module", action="append", choices=MODULES)
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstparty-mutation-") as name:
        place = Path(name)
        _copied(place)
        os.chdir(place)
        sys.dont_write_bytecode = True
        sys.path[:] = [name, *(path for path in sys.path if path not in ("", str(Path(__file__).parents[2])))]
        import hypothesis  # noqa: F401  # imported once, for every child

        import tests.vault.policy.generating
        import tests.vault.policy.reference  # noqa: F401

        assert vault_is_copied(place)
        total = killed = 0
        for module in arguments.module or MODULES:
            done = _module(module, place, arguments.every)
            total, killed = total + done[0], killed + done[1]
            print(f"{module}: {done[1]} of {done[0]} killed", flush=True)
    print(f"killed {killed} of {total}: {killed / total:.1%}")


def vault_is_copied(place: Path) -> bool:
    import vault

    return str(vault.__file__).startswith(str(place))


def _module(module: str, place: Path, every: int) -> tuple[int, int]:
    path = place / "vault" / "policy" / f"{module}.py"
    source = path.read_text()
    total = killed = 0
    for number, (line, what, changed) in enumerate(changes(ast.parse(source))):
        if number % every:
            continue
        total += 1
        if _kills(module, ast.unparse(changed), place):
            killed += 1
        else:
            print(f"  survived: {module}.py:{line} {what}: {source.splitlines()[line - 1].strip()}", flush=True)
    return total, killed


if __name__ == "__main__":
    main()
