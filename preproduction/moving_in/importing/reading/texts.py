"""The texts of a workbook, which Excel keeps apart from its cells: in a file, for there can be a million of them."""

import tempfile
from array import array
from pathlib import Path
from typing import IO


class Texts:
    """Asked like a list, for the text of a place."""

    def __init__(self, folder: Path):
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  as long as the program that reads the workbook
        self._ends = array("Q", [0])

    def read(self, source: IO[bytes]) -> None:
        """Take all texts of a sharedStrings.xml; ParseError and others come as openpyxl raises them."""
        from openpyxl.cell.text import Text
        from openpyxl.xml.constants import SHEET_MAIN_NS
        from openpyxl.xml.functions import iterparse

        tag, root = f"{{{SHEET_MAIN_NS}}}si", None
        for event, element in iterparse(source, events=("start", "end")):
            if root is None:
                root = element
            if event == "end" and element.tag == tag:
                # As openpyxl's read_string_table has it.
                self._add(Text.from_tree(element).content.replace("x005F_", ""))
                root.clear()

    def _add(self, text: str) -> None:
        written = self._file.write(text.encode("utf-8", "surrogatepass"))
        self._ends.append(self._ends[-1] + written)

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise IndexError(place)
        start, end = self._ends[place], self._ends[place + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8", "surrogatepass")
