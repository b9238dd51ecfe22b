"""Where a record stands in a file, so that an error can name file and line."""

from __future__ import annotations

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place:
    """Where a record stands: its file and the path of keys to it. The line is looked up only when it is needed."""

    __slots__ = ("data", "name", "path")

    def __init__(self, name: str, data: bytes, path: tuple[str | int, ...] = ()) -> None:
        self.name, self.data, self.path = name, data, path

    def at(self, *keys: str | int) -> Place:
        return Place(self.name, self.data, (*self.path, *keys))

    def __str__(self) -> str:
        return f"{self.name}:{self._line()}"

    def _line(self) -> int:
        node = yaml.compose(self.data, Loader=_Loader)
        line = 0
        for key in self.path:
            if node is None:
                break
            line = node.start_mark.line
            child = None
            if isinstance(node, yaml.MappingNode):
                for k, v in node.value:
                    if k.value == str(key):
                        child, line = v, k.start_mark.line
            elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
                child = node.value[key]
                line = child.start_mark.line
            node = child
        return int(line) + 1
