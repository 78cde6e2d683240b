from __future__ import annotations

import datetime
import email.utils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.read.dates import from_epoch, read_date

UNDERSTOOD = {
    "2003-01-02": "2003-01-02T00:00:00Z",
    "2003-1-2": "2003-01-02T00:00:00Z",
    "2003/01/02 03:04": "2003-01-02T03:04:00Z",
    "2003-01-02T03:04:05Z": "2003-01-02T03:04:05Z",
    "2003-01-02T03:04:05.678+02:00": "2003-01-02T01:04:05Z",
    "2003-01-02 03:04:05 +0000 UTC": "2003-01-02T03:04:05Z",
    "2003-01-02T23:04:05-0130": "2003-01-03T00:34:05Z",
    "Tue, 10 Apr 2007 10:00:00 GMT": "2007-04-10T10:00:00Z",
    "Tue, 10 Apr 2007 10:00:00 -0400 (EDT)": "2007-04-10T14:00:00Z",
    "10Apr2007": "2007-04-10T00:00:00Z",
    "26-FEB-1987 15:01:01.79": "1987-02-26T15:01:01Z",
    "26-FEB-1987 15:01:01.79Z RM": "1987-02-26T15:01:01Z",
    "5. April 2007": "2007-04-05T00:00:00Z",
    "April 5th, 2007 at 3:04 pm EST": "2007-04-05T20:04:00Z",
    "Sept 5, 2007 12:00AM": "2007-09-05T00:00:00Z",
    "Sun Apr 15 10:00:00 2007": "2007-04-15T10:00:00Z",
    "Sun Apr 15 10:00:00 PDT 2007": "2007-04-15T17:00:00Z",
    "2007 April 10": "2007-04-10T00:00:00Z",
    "10th of April 2007": "2007-04-10T00:00:00Z",
    "13/02/2003": "2003-02-13T00:00:00Z",
    "02/13/2003 10:00": "2003-02-13T10:00:00Z",
    "02/02/2003": "2003-02-02T00:00:00Z",
    "25.12.2007": "2007-12-25T00:00:00Z",
    "20070410": "2007-04-10T00:00:00Z",
    "20070410120000": "2007-04-10T12:00:00Z",
    "1175000000": "2007-03-27T12:53:20Z",
    " 2003-01-02\n": "2003-01-02T00:00:00Z",
    20070410: "2007-04-10T00:00:00Z",
    1175000000: "2007-03-27T12:53:20Z",
    1175000000.9: "2007-03-27T12:53:20Z",
    1175000000999: "2007-03-27T12:53:20Z",
}

NOT_UNDERSTOOD = [
    "2003-01-02 10:00 EST AM",
    "2003-01-02 10:00 C G T M K L",
    "01/02/2003",
    "10.04.2007",
    "10/04/07",
    "13/02/03",
    "2003",
    "May 2003",
    "Mon 2003 Jan",
    "May 31",
    "Monday",
    "10:20 2007",
    "Apr 2003 10:10:10",
    "2007-02-30",
    "Feb 30, 2007",
    "20070230",
    "0000-01-01",
    "9999-12-31T23:59:59-05:00",
    "2007-04-10T10:00-99:99",
    "2007-04-10T24:00:00",
    "200704",
    "2008Jul2008",
    "10 Avril 2007",
    "yesterday",
    "\x1b[31m2007",
    0,
    12,
    -1175000000,
    pytest.param(10**5000, id="huge"),
    float("inf"),
]

PLACEHOLDERS = [
    "0001-01-01T00:00:00Z",
    "0001-01-01",
    "0001-01-01T00:00:00+00:00",
    "0001-01-03T12:30:00Z",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00.000Z",
    "1970-01-01",
    "1970-01-01 00:00",
    "19700101",
    19700101,
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "January 1, 1970",
    "1970-01-01T01:00:00+01:00",
    "1969-12-31T19:00:00-05:00",
    "1970-01-01T00:00:00+01:00",
    "1900-01-01T00:00:00",
    "1900-01-01T00:00:00-05:00",
    "1601-01-01T00:00:00Z",
    "1599-12-31T23:59:59Z",
    "2200-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59Z",
]

OLD_OR_CLOSE = {
    "26-FEB-1987 16:11:21": "1987-02-26T16:11:21Z",
    "1851-09-18": "1851-09-18T00:00:00Z",
    "1600-01-01T00:00:00Z": "1600-01-01T00:00:00Z",
    "2199-12-31": "2199-12-31T00:00:00Z",
    "1970-01-01T00:00:01Z": "1970-01-01T00:00:01Z",
    "1970-01-01 09:30": "1970-01-01T09:30:00Z",
    "1970-01-02": "1970-01-02T00:00:00Z",
    "1900-01-01T12:00:00Z": "1900-01-01T12:00:00Z",
    "2000-01-01": "2000-01-01T00:00:00Z",
}


@pytest.mark.parametrize(("value", "date"), UNDERSTOOD.items())
def test_dates_that_are_understood(value: object, date: str) -> None:
    assert read_date(value) == (date, None)


@pytest.mark.parametrize("value", NOT_UNDERSTOOD)
def test_dates_that_are_not(value: object) -> None:
    date, warning = read_date(value)
    assert date is None
    assert warning is not None
    assert warning.startswith("date not understood: ")
    assert warning.isprintable()


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_placeholders_are_unknown_dates(value: object) -> None:
    assert read_date(value) == (None, f"date is a placeholder, taken as unknown: {value}")


@pytest.mark.parametrize(("value", "date"), OLD_OR_CLOSE.items())
def test_old_dates_and_those_close_to_a_placeholder_stay(value: object, date: str) -> None:
    assert read_date(value) == (date, None)


@pytest.mark.parametrize("value", [None, "", "  ", float("nan")])
def test_no_date_is_no_warning(value: object) -> None:
    assert read_date(value) == (None, None)


def test_other_types_and_long_texts() -> None:
    assert read_date(True) == (None, "date not understood: a bool")
    assert read_date(["2007-04-10"]) == (None, "date not understood: a list")
    assert read_date("x" * 10**6) == (None, "date not understood: " + "x" * 37 + "...")


def test_unknown_zones_are_taken_as_utc() -> None:
    assert read_date("27-MAR-1987 00:02:59.13RM") == (
        "1987-03-27T00:02:59Z",
        "time zone not known, taken as UTC: 27-MAR-1987 00:02:59.13RM",
    )
    assert read_date("Sun Apr 15 10:00:00 IST 2007")[0] == "2007-04-15T10:00:00Z"


@given(
    st.text(max_size=120)
    | st.integers()
    | st.floats()
    | st.from_regex(r"[0-9 /:,.A-Za-z+-]{4,40}", fullmatch=True)
)
def test_nothing_raises(value: object) -> None:
    date, warning = read_date(value)
    assert date is None or len(date) == 20
    assert warning is None or warning.isprintable()


@given(st.datetimes(datetime.datetime(1971, 1, 1), datetime.datetime(2100, 1, 1)), st.integers(-840, 840))
def test_standard_forms(moment: datetime.datetime, minutes: int) -> None:
    moment = moment.replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=minutes)), microsecond=0)
    expected = moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert read_date(moment.isoformat()) == (expected, None)
    assert read_date(email.utils.format_datetime(moment)) == (expected, None)
    assert read_date(moment.strftime("%d%b%Y %H:%M:%S%z")) == (expected, None)
    assert from_epoch(int(moment.timestamp())) == expected


def test_epochs_out_of_range() -> None:
    assert from_epoch(10**15) is None
    assert from_epoch(-(10**12)) is None


@given(st.datetimes(datetime.datetime(1602, 1, 1), datetime.datetime(1899, 12, 31)))
def test_a_date_as_it_is_written_is_read_as_it_stands(moment: datetime.datetime) -> None:
    text = f"{moment.replace(microsecond=0).isoformat()}Z"
    assert read_date(text) == (text, None)


@pytest.mark.parametrize(
    "text", ["2023-02-29T00:00:00Z", "0000-01-01T00:00:00Z", "2023-13-01T00:00:00Z", "2023-01-01T24:00:01Z"]
)
def test_a_date_of_the_right_shape_may_be_none(text: str) -> None:
    assert read_date(text)[0] is None
