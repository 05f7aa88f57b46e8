"""The product's settings over a data folder that is thrown away; set RYORIN_DATABASE_URL to test on PostgreSQL."""

import atexit
import os
import shutil
import tempfile

os.environ["RYORIN_HOME"] = tempfile.mkdtemp(prefix="ryorin-tests-")
atexit.register(shutil.rmtree, os.environ["RYORIN_HOME"], ignore_errors=True)

from ryorin.config.settings import *  # noqa: E402, F403
from ryorin.config.settings import DATABASES, HUEY  # noqa: E402

HUEY.immediate = True
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}
