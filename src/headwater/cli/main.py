"""headwater: what does the law of that day say about this substance, this party, this parcel?"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from headwater import __version__
from headwater.errors import HeadwaterError

_COMMANDS = ("identify", "law", "gaps", "screen")


def parser() -> argparse.ArgumentParser:
    """The whole command line. Each command's module adds its own parser and sets `run`."""
    from headwater.cli import gaps, identify, law, screen

    root = argparse.ArgumentParser(prog="headwater", description=__doc__)
    root.add_argument("--version", action="version", version=f"headwater {__version__}")
    commands = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (identify, law, gaps, screen):
        module.add_parser(commands)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit status: 0 done, 1 a --fail-on condition was met, 2 wrong usage or unusable input."""
    args = parser().parse_args(argv)
    try:
        status = args.run(args)
        sys.stdout.flush()
    except HeadwaterError as error:
        print(f"headwater {args.command}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader (head, less) has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"headwater {args.command}: interrupted", file=sys.stderr)
        return 130
    return int(status or 0)


if __name__ == "__main__":
    sys.exit(main())
