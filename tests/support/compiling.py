"""What was compiled is kept, also where the machine is told not to keep it.

Images of containers often are (PYTHONDONTWRITEBYTECODE). The suite starts the program some
hundred times, and each start would compile it; each run the tests, and rewrite their asserts.
"""

from __future__ import annotations

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
