"""What is installed: exactly our four packages, with the data they need, and never beside somebody else's of that name."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.web.conftest import Shell

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_exactly_the_four_packages_and_their_data(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"connectors", "terms", "vault", "web"}
    for data in ("vault/relationships/brands.tsv", "vault/relationships/given_names.txt", "terms/roster/SD-BASE.toml"):
        assert any(name.lower() == data.lower() for name in names), data


def test_another_package_of_the_same_name_is_refused_with_a_sentence(empty: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "terms").mkdir(parents=True)
    (other / "terms" / "__init__.py").write_text('"""Terms and conditions."""\n')
    done = empty.run("vendors", PYTHONPATH=f"{other}:{empty.env['PYTHONPATH']}")
    assert done.returncode == 1
    assert "another installed package is named `terms`" in done.stderr
    assert "Traceback" not in done.stderr
