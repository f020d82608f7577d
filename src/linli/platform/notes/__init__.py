"""Free words of people, kept sealed and erasable for every room: facts, lists and addresses carry a note's id, never its words.

Owns the words; what they are about, and who may read them, the room of that thing says by one rule (:func:`note_kind`).
"""

from .keeping import erase_note, erase_notes_about, erase_notes_of, read_note, read_notes, write_note
from .kinds import note_kind

__all__ = [
    "erase_note",
    "erase_notes_about",
    "erase_notes_of",
    "note_kind",
    "read_note",
    "read_notes",
    "write_note",
]
