"""What a command says of rows, kept on disk until it is printed: half a million refusals would fill the memory."""

import json
import tempfile
from collections.abc import Iterator
from typing import Any


class Told:
    """Sentences with the numbers of their rows, in the order in which they were said."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  (lives as long as this)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, row: int, reason: str) -> None:
        said = json.dumps({"row": row, "reason": reason}, ensure_ascii=False)
        self._file.write(f"{said}\n")
        self._count += 1

    def lines(self) -> Iterator[str]:
        """Each as JSON."""
        self._file.seek(0)
        return (line.rstrip("\n") for line in self._file)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.lines())
