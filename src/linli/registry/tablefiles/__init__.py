"""Tables people send in (CSV, XLSX) read into plain rows: encodings, sheets, headings, values, and every fault with its place.

Nothing is registered here and no Django is needed. What columns a table has, what they are called and how large it may be are
policies (``table_import``). See ``docs/rooms/table-files.md``.
"""

from __future__ import annotations

from .layout import Column, Layout, load_layout
from .reading import read_head, read_table
from .rows import Row, read_rows
from .sheet import Sheet

__all__ = ["Column", "Layout", "Row", "Sheet", "load_layout", "read_head", "read_rows", "read_table"]
