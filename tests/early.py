"""Loaded before pytest's plugins (`-p tests.early`): nbval imports jsonschema, and with it seconds of grammar."""

from bsclib.batch.kernels.lean import import_jsonschema

import_jsonschema()
