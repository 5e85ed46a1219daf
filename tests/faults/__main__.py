"""Makes faults on purpose and counts what they did: `python -m tests.faults [--quick] [--only NAME] [--case K] [--write]`."""

import sys

from .harness import main

if __name__ == "__main__":
    sys.exit(main())
