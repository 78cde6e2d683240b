"""The peers that dedup is measured beside, and an environment of its own for each.

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


_DATATROVE = "datatrove==0.10.1"
_TEXT_DEDUP = "text-dedup==0.4.0"

# Under its own name each peer is used as it is fastest: see its script for what the others are.
PEERS = {
    "datasketch": Peer("datasketch==2.0.0", "with_datasketch.py"),
    "datasketch-index": Peer("datasketch==2.0.0", "with_datasketch.py", ("--join", "index")),
    "datatrove": Peer(
        _DATATROVE, "with_datatrove.py", (), ("regex==2026.11.15", "tokenizers==0.23.3", "xxhash==3.8.2")
    ),
    "fastsketch": Peer("FastSketchLSH==1.0.1", "with_fastsketch.py"),
    "fastsketch-index": Peer("FastSketchLSH==1.0.1", "with_fastsketch.py", ("--join", "index")),
    "gaoya": Peer("gaoya==0.2.2", "with_gaoya.py"),
    "gaoya-index": Peer("gaoya==0.2.2", "with_gaoya.py", ("--join", "index")),
    "rensa": Peer("rensa==0.5.0", "with_rensa.py"),
    "text-dedup": Peer(_TEXT_DEDUP, "with_textdedup.py"),
    "text-dedup-command": Peer(_TEXT_DEDUP, "with_textdedup.py", ("--join", "command")),
}
USUAL = tuple(name for name, peer in PEERS.items() if not peer.options)


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
    if work.resolve().is_relative_to(PROJECT):
        raise click.ClickException(f"{work} lies in the project; environments go elsewhere")
    return {name: _install(PEERS[name], work / "environments") for name in names}


def _install(peer: Peer, home: Path) -> Path:
    place = home / peer.package.replace("==", "-")
    python, stamp = place / "bin" / "python", place / _STAMP
    wanted = "\n".join(peer.requirements)
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    shutil.rmtree(place, ignore_errors=True)
    click.echo(f"installing {peer.package}", err=True)
    _run(sys.executable, "-m", "venv", place)
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.requirements)
    stamp.write_text(wanted, "utf-8")  # last: it says that all is there
    return python


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
