"""Dates of publication, as scrapes write them, to UTC ``YYYY-MM-DDTHH:MM:SSZ``.

A date counts only if its year, month and day all stand in it and can be read in one way:
01/02/2003 is none. A time without a zone is taken as UTC. A placeholder, which programs write
for a date that they don't have, is none.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from dateutil import parser

from dedup.read.rows import one_line

_LONGEST = 100  # code points; what is longer is no date
_SHOWN = 40  # code points of it in a warning

# Numbers are seconds or milliseconds since 1970 when that makes them a date from 1973 on
# (and seconds then reach beyond the year 5000); 20070410 and 20070410120000 are dates.
_SECONDS = (10**8, 10**11)
_MILLISECONDS = (10**11, 10**14)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")

# Dates as they are to be written, but for the last days of a month, which take a calendar.
_CANONICAL = re.compile(
    r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)

# Placeholders: years in which no article of a scrape was published, whatever day it is today, and the
# moments, to the second, at which common clocks begin to count; a day without a time is its midnight.
_FIRST_YEAR, _LAST_YEAR = "1600", "2199"
_ZEROS = {f"{day}T00:00:00Z" for day in ("1601-01-01", "1900-01-01", "1970-01-01")}

_ZONE = r"[A-Za-z]{1,5}|(?:UTC|GMT)?[+-]\d\d(?::?\d\d)?"
_CLOCK = r"(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?"
_DESKS = r"(?:\s(?![AP]M)[A-Z]{1,2}){0,4}"  # a wire's codes of desks, after the time
_TIME = rf"{_CLOCK}(?:\s*({_ZONE}))?(?:\s*(?:UTC|\([A-Za-z ]+\)))?{_DESKS}"
_AFTER_DATE = rf"(?:(?:T|\s+|,\s*|\s+at\s+){_TIME})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d\d?)\2(\d\d?){_AFTER_DATE}")
_DAY_FIRST = re.compile(
    rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?(\d\d?)(?:st|nd|rd|th)?[\s/.-]*([A-Za-z]{{3,9}})[\s/.,-]*(\d{{4}}){_AFTER_DATE}"
)
_MONTH_FIRST = re.compile(
    rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?([A-Za-z]{{3,9}})\.?\s*(\d\d?)(?:st|nd|rd|th)?(?:,\s*|\s+)(\d{{4}}){_AFTER_DATE}"
)
_MONTH_NAMES = """january february march april may june
    july august september october november december"""
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}

# The zone names of RFC 2822; others mean different zones in different countries.
_UNKNOWN_ZONE = timezone(timedelta(0), "unknown")
_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_HOURS |= {"Z": 0, "UT": 0, "UTC": 0, "GMT": 0}
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d\d):?(\d\d)?")


def read_date(value: object) -> tuple[str | None, str | None]:
    """A date as UTC ``YYYY-MM-DDTHH:MM:SSZ``, or null; and a warning if it isn't understood or believed.

    Strings and numbers are read; null and the empty string are no date and no warning.
    """
    if value is None or value != value:  # NaN stands for "missing" in many a table
        return None, None
    if isinstance(value, str):
        if _is_canonical(value):
            return _not_believed(value) if _is_placeholder(value) else (value, None)
        return _read_string(value) if len(value) <= _LONGEST else _not_understood(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return (
            _read_string(str(int(value)))
            if -1e15 < value < 1e15
            else _not_understood("a number out of range")
        )
    return _not_understood(f"a {type(value).__name__}")


def from_epoch(seconds: int) -> str | None:
    """Seconds since 1970 as a date; null outside of the years 1 to 9999."""
    try:
        return _format(datetime(1970, 1, 1) + timedelta(seconds=seconds))
    except OverflowError:
        return None


def _is_canonical(text: str) -> bool:
    """Whether the string is a date as it is to be written: many a scrape holds no other."""
    if _CANONICAL.fullmatch(text):
        return True
    if len(text) != 20 or text[-1] != "Z":
        return False
    try:
        return datetime.fromisoformat(text[:-1]).isoformat() == text[:-1]
    except ValueError:
        return False


@functools.lru_cache(maxsize=65_536)
def _read_string(text: str) -> tuple[str | None, str | None]:
    text = text.strip()
    if not text:
        return None, None
    moment = None
    try:
        moment = _by_shape(text)
        date = _format(moment) if moment else None
    except (ValueError, OverflowError):
        date = None
    if moment is None or date is None:
        return _not_understood(text)
    if _is_placeholder(date) or _is_placeholder(_format(moment.replace(tzinfo=None))):  # in its own zone
        return _not_believed(text)
    if moment.tzinfo is _UNKNOWN_ZONE:
        return date, f"time zone not known, taken as UTC: {one_line(text, _SHOWN)}"
    return date, None


def _not_understood(text: str) -> tuple[None, str]:
    return None, f"date not understood: {one_line(text, _SHOWN)}"


def _not_believed(text: str) -> tuple[None, str]:
    return None, f"date is a placeholder, taken as unknown: {one_line(text, _SHOWN)}"


def _is_placeholder(date: str) -> bool:
    """Whether a date as it is to be written stands for one that nobody knew."""
    return not _FIRST_YEAR <= date[:4] <= _LAST_YEAR or date in _ZEROS


def _format(moment: datetime) -> str:
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="seconds") + "Z"


def _by_shape(text: str) -> datetime | None:
    """The moment; null or ``ValueError`` if it can't be read in one way."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, _, month, day, *time = match.groups()
        return _moment(year, int(month), day, time)
    if match := _DAY_FIRST.fullmatch(text):
        day, name, year, *time = match.groups()
        return _moment(year, _MONTHS.get(name.lower(), 0), day, time)
    if match := _MONTH_FIRST.fullmatch(text):
        name, day, year, *time = match.groups()
        return _moment(year, _MONTHS.get(name.lower(), 0), day, time)
    if match := _COMPACT.fullmatch(text):
        return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]
    if _NUMBER.fullmatch(text):
        return _from_number(float(text))
    return _by_dateutil(text) if _YEAR.search(text) else None


def _moment(year: str, month: int, day: str, time: list[str | None]) -> datetime:
    hours, minutes, seconds, half, zone = time
    hour = int(hours or 0)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hours)
        hour = hour % 12 + (12 if half in "Pp" else 0)
    naive = datetime(int(year), month, int(day), hour, int(minutes or 0), int(seconds or 0))
    return naive.replace(tzinfo=_zone(zone)) if zone else naive


def _zone(name: str | None, offset: int | None = None) -> tzinfo | None:
    """The zone by its name or offset; null: none given."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None:
        return None
    name = name.upper()
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        shift = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-shift if sign == "-" else shift)
    return timezone(timedelta(hours=_HOURS[name])) if name in _HOURS else _UNKNOWN_ZONE


def _from_number(number: float) -> datetime | None:
    if _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        number /= 1000
    if _SECONDS[0] <= number < _SECONDS[1]:
        return datetime(1970, 1, 1) + timedelta(seconds=int(number))
    return None


def _by_dateutil(text: str) -> datetime | None:
    """Less usual forms, with a year of four digits: what century others mean depends on today.

    What isn't in the text is taken from a default, so try two (more than a week
    apart: a weekday moves them); and each order of numbers.
    """
    try:
        found = {
            parser.parse(text, default=default, dayfirst=day_first, yearfirst=year_first, tzinfos=_zone)
            for default in (datetime(2001, 1, 1), datetime(2004, 2, 15))
            for day_first in (False, True)
            for year_first in (False, True)
        }
    except Exception:  # the parser raises all sorts on text that is no date
        return None
    return found.pop() if len(found) == 1 else None
