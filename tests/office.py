"""A real LibreOffice in which tests type as a person would, in any language's way of writing numbers.

`typed` starts it without a window and types by its own dispatcher. The part that speaks with it runs in the Python that
LibreOffice came with, so this file is also a script, and imports at its top nothing that is not in every Python.
"""

import contextlib
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHONS = ("/usr/bin/python3", "/Applications/LibreOffice.app/Contents/Resources/python")
MISSING = "no LibreOffice with its Python was found: install libreoffice-calc and python3-uno"
LOCALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{}</value></prop></item></oor:items>"""


def find():
    """The office's command and a Python that can speak with it, or None."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    for python in PYTHONS if office else ():
        if Path(python).exists() and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode:
            return office, python
    return None


def typed(source, target, texts, locale="en-US"):
    """Open a workbook, type texts into cells such as ``Actuals.D2``, and save it as another one."""
    office, python = find()
    with tempfile.TemporaryDirectory() as profile:
        settings = Path(profile, "user", "registrymodifications.xcu")
        settings.parent.mkdir()
        settings.write_text(LOCALE.format(locale), encoding="utf-8")
        pipe = f"type{Path(profile).name}"
        command = [office, "--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp"]
        running = subprocess.Popen(
            [*command, f"-env:UserInstallation={Path(profile).as_uri()}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            script = [python, __file__, pipe, Path(source).as_uri(), Path(target).as_uri(), json.dumps(texts)]
            subprocess.run(script, check=True, timeout=120)
            running.wait(timeout=30)
        finally:
            running.kill()
            running.wait()


def _type(pipe, source, target, texts):
    uno = importlib.import_module("uno")  # which only the office's own Python has
    failures = ("connection.NoConnectException", "lang.DisposedException")
    not_up, gone = (uno.getClass(f"com.sun.star.{name}") for name in failures)

    def named(name, value):
        return (uno.createUnoStruct("com.sun.star.beans.PropertyValue", Name=name, Value=value),)

    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    context = None
    while context is None:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except not_up:
            time.sleep(0.1)
    desktop, dispatcher = (
        context.ServiceManager.createInstanceWithContext(f"com.sun.star.frame.{name}", context)
        for name in ("Desktop", "DispatchHelper")
    )
    book = desktop.loadComponentFromURL(source, "_blank", 0, ())
    frame = book.CurrentController.Frame
    for cell, text in texts.items():
        dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, named("ToPoint", cell))
        dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, named("StringName", text))
    book.storeToURL(target, named("FilterName", "Calc MS Excel 2007 XML"))
    book.close(True)
    with contextlib.suppress(gone):  # it is gone before it could answer
        desktop.terminate()


if __name__ == "__main__":
    _type(*sys.argv[1:4], json.loads(sys.argv[4]))
