"""Flags: those of ``scan`` come from ``options``; those that several commands share stand here once."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from typing import Any

import click

from dedup.cli.output import print_lines
from dedup.options import Options, flag_of, rule_of
from dedup.places import refuse_url

CONTEXT = {"max_content_width": 100}

Command = Callable[..., Any]


class LocalPath(click.Path):
    """A path of this machine; a URL is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        refuse_url(value)
        return super().convert(value, param, ctx)


def named(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """What a flag names that may be given several times, each time with names parted by commas: each once."""
    return tuple(dict.fromkeys(name.strip() for value in values for name in value.split(",")))


def _print_help(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        print_lines([context.get_help()])
        context.exit()


def scan_flags(command: Command) -> Command:
    """Add a flag for every field of ``Options``."""
    hints = typing.get_type_hints(Options)
    for field in reversed(dataclasses.fields(Options)):
        rule = rule_of(field)
        help_text = rule.help + (f" ({rule.unit})" if rule.unit and rule.unit not in rule.help else "")
        flag = flag_of(field.name)
        if hints[field.name] is bool:
            add = click.option(flag, is_flag=True, help=help_text)
        elif rule.many and rule.choices:  # which ``Options`` checks
            metavar = f"[{'|'.join(rule.choices)}],..."
            add = click.option(flag, multiple=True, callback=named, metavar=metavar, help=help_text)
        else:
            kind = LocalPath() if rule.unit == "file" else _click_type(hints[field.name], rule.choices)
            default = None if rule.many else field.default
            add = click.option(
                flag,
                type=kind,
                default=default,
                multiple=rule.many,
                show_default=default is not None,
                help=help_text,
            )
        command = add(command)
    return command


def _click_type(hint: Any, choices: tuple[str, ...]) -> Any:
    if choices:
        return click.Choice(choices)
    if isinstance(hint, types.UnionType):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return {int: int, float: float}.get(hint, str)


help_flag = click.option(
    "-h",
    "--help",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_help,
    help="Show this message and exit.",
)
width_flag = click.option(
    "--width", type=click.IntRange(40, 1000), help="Columns to use; the terminal's if not given."
)
pager_flag = click.option(
    "--pager/--no-pager",
    default=True,
    help="On a terminal, show what is longer than the screen through $PAGER (default: less).",
)
json_flag = click.option("--json", "as_json", is_flag=True, help="Print JSON instead, one value a line.")
results_argument = click.argument("results", type=click.Path())
lexicon_flag = click.option(
    "--lexicon",
    type=LocalPath(),
    metavar="FILE",
    help=next(rule_of(field).help for field in dataclasses.fields(Options) if field.name == "lexicon"),
)
