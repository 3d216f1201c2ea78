"""Which studio of this folder a program works on: one's own in data/own/, or the demo in data/.

`run.py` says so to the programs it starts, by STUDIO in their environment.  Whoever starts a program by hand means their
own studio, where there is one.  Standard library only: this is asked before the settings are.
"""

from collections.abc import MutableMapping
from pathlib import Path

OWN, DEMO = "own", "demo"
DATABASE = "studio.sqlite3"  # in its folder; there from the first start on
# Any of these says already what is worked on.
SAYS_WHERE = ("STUDIO", "DATABASE_URL", "DATA_DIR", "PRODUCTION")


def folder(root: Path, studio: str) -> Path:
    """Return where `studio` stores everything; that of the demo for all but one's own."""
    return root / "data" / "own" if studio == OWN else root / "data"


def choose(environ: MutableMapping[str, str], root: Path) -> str:
    """Put STUDIO into `environ`, and return a sentence that says which; "" where it says already what is worked on."""
    if any(name in environ or f"{name}_FILE" in environ for name in SAYS_WHERE):
        return ""
    is_own = (folder(root, OWN) / DATABASE).exists()
    environ["STUDIO"] = OWN if is_own else DEMO
    if is_own:
        return "This works on your own studio, in data/own/; STUDIO=demo means the demo."
    return "This works on the demo, in data/; python3 run.py --studio starts a studio of your own."
