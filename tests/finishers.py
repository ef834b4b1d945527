"""What tests have done with a notebook that was run."""

import json
import os
import signal
from pathlib import Path


def keep(notebook, failure, arguments):
    """Write the notebook and the failure where the test asks."""
    Path(arguments["path"]).write_text(json.dumps(notebook))
    return {"failure": failure.plain() if failure else None}


def killed_once(notebook, failure, arguments):
    """Be killed from outside, as by a machine without memory, the first time."""
    first = Path(arguments["path"])
    if not first.exists():
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"failure": None}
