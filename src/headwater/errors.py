"""Every way Headwater refuses, on one page.

    HeadwaterError               the root: `where`, `what`, `remedy`, one clear line for a person
    ├── UsageError               the command was called in a way that has no meaning
    ├── InputError               a file or field of the user's cannot be read
    └── RegimeError              a data file of the regime breaks a rule of the regime

Inside the core nothing is signalled by None: a function answers, or raises one of these.
"""

from __future__ import annotations


class HeadwaterError(Exception):
    """What went wrong, where, and what to do about it. Printed once, never as a traceback."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} ({self.remedy})" if self.remedy else line


class UsageError(HeadwaterError):
    """The command line or an option has no meaning as written."""


class InputError(HeadwaterError):
    """A file, row or field of the user cannot be read as what it claims to be."""


class RegimeError(HeadwaterError):
    """One or more regime files break a rule. `problems` holds every one, each with file and line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems) if len(problems) > 1 else problems[0])
