"""One offline page that shows what a scan found, for readers who have no terminal.

``write`` writes it, and pages beside it where one would be too long; ``page`` renders templates under a
policy that lets no page load or run anything but its own style and script; ``pages`` fills them; ``figures``
counts what is drawn, ``plots`` places it; ``texts`` is the diff. Every word of an article, a name or an
address is escaped by Jinja or by ``texts``, after ``safe`` has made what is invisible visible.
"""

from __future__ import annotations

from dedup.view.report.write import Written, write_report

__all__ = ["Written", "write_report"]
