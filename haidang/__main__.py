"""`python -m haidang` is the `haidang` command."""

import sys

from haidang.config.cli import main

sys.exit(main())
