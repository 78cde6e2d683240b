"""The peers that dedup is measured beside, and an environment of its own for each, dedup too.

Versions are those that the scripts in ``peers`` were written for, pinned so that a figure can be
had again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

PROJECT = Path(__file__).resolve().parents[1]
SCRIPTS = Path(__file__).parent / "peers"
_SETUP = PROJECT / "setup.cfg"

_EVERY = ("numpy==2.4.6", "orjson==3.13.0")
_STAMP = "requirements.txt"


class Peer(NamedTuple):
    """A peer, or a way to use one.

    package       its requirement, and so its version
    script        in ``peers``
    options       for the script
    more          requirements beside those of every script
    """

    package: str
    script: str
    options: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        return (self.package, *_EVERY, *self.more)


_DATASKETCH = Peer("datasketch==2.0.0", "with_datasketch.py", (), ("xxhash==4.1.0",))
_DATATROVE = Peer(
    "datatrove==0.10.1",
    "with_datatrove.py",
    (),
    ("regex==2026.11.15", "spacy==3.8.18", "tokenizers==0.23.3", "xxhash==3.8.2"),
)
_FASTSKETCH = Peer("FastSketchLSH==1.0.1", "with_fastsketch.py")
_GAOYA = Peer("gaoya==0.2.2", "with_gaoya.py")
_RENSA = Peer("rensa==0.5.0", "with_rensa.py")
_TEXT_DEDUP = Peer("text-dedup==0.4.0", "with_textdedup.py")
_INDEX = ("--way", "index")

# Under its own name each peer is used as its documentation shows, as fast as that gets. Tuned ones
# are in programs of ours, most fed with hashes that we made, and joined by us: see "shingles".
PEERS = {
    "datasketch": _DATASKETCH,
    "datasketch-sha1": _DATASKETCH._replace(options=("--way", "sha1")),
    "datasketch-tuned": _DATASKETCH._replace(script="tuned_datasketch.py"),
    "datasketch-tuned-index": _DATASKETCH._replace(script="tuned_datasketch.py", options=_INDEX),
    "datatrove": _DATATROVE,
    "datatrove-spacy": _DATATROVE._replace(options=("--way", "spacy")),
    "datatrove-tuned": _DATATROVE._replace(script="tuned_datatrove.py"),
    "fastsketch": _FASTSKETCH,
    "fastsketch-tuned": _FASTSKETCH._replace(script="tuned_fastsketch.py"),
    "fastsketch-tuned-index": _FASTSKETCH._replace(script="tuned_fastsketch.py", options=_INDEX),
    "gaoya": _GAOYA,
    "gaoya-tuned": _GAOYA._replace(script="tuned_gaoya.py"),
    "rensa": _RENSA,
    "rensa-tuned": _RENSA._replace(script="tuned_rensa.py"),
    "text-dedup": _TEXT_DEDUP,
    "text-dedup-tuned": _TEXT_DEDUP._replace(script="tuned_textdedup.py"),
}
USUAL = ("datasketch", "datatrove", "fastsketch", "gaoya", "rensa", "text-dedup")


def names_of(text: str) -> tuple[str, ...]:
    """The peers of a comma-separated list; "all" and "none" are lists too.

    Raises click.BadParameter if one is not known.
    """
    lists = {"usual": USUAL, "all": tuple(PEERS), "none": ()}
    names = lists.get(text, tuple(name for name in text.split(",") if name))
    for name in names:
        if name not in PEERS:
            raise click.BadParameter(f"{name} is no peer; there are {', '.join(PEERS)}")
    return names


def install(names: Sequence[str], work: Path) -> dict[str, Path]:
    """Install peers below ``work``, each once; name to the Python that has it.

    Raises click.ClickException if ``work`` lies in the project, or if pip fails.
    """
    home = _find_home(work)
    return {
        name: _install(home / peer.package.replace("==", "-"), peer.package, peer.requirements)
        for name, peer in zip(names, map(PEERS.__getitem__, names), strict=True)
    }


def install_ours(work: Path) -> Path:
    """Install this checkout below ``work`` as the README says, without tests; the Python that has it.

    Raises click.ClickException if ``work`` lies in the project, or if pip fails.
    """
    return _install(
        _find_home(work) / "dedup", "dedup", ("--editable", str(PROJECT)), _SETUP.read_text("utf-8")
    )


def _find_home(work: Path) -> Path:
    if work.resolve().is_relative_to(PROJECT):
        raise click.ClickException(f"{work} lies in the project; environments go elsewhere")
    return work / "environments"


def _install(place: Path, name: str, requirements: Sequence[str], more: str = "") -> Path:
    """Make an environment, unless it is there and was made of the same requirements, and ``more``."""
    python, stamp = place / "bin" / "python", place / _STAMP
    wanted = "\n".join([*requirements, more]).rstrip("\n")
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    shutil.rmtree(place, ignore_errors=True)
    click.echo(f"installing {name}", err=True)
    _run(sys.executable, "-m", "venv", place)
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
    stamp.write_text(wanted, "utf-8")  # last: it says that all is there
    return python


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
