"""Importing a list of residents: lines become people, homes, households and tenure; compared with the register, questioned, written, undone.

:mod:`.entries` reads rows, :mod:`.homes` finds homes, :mod:`.same` finds people who may be one (all three without Django);
:mod:`.known` reads the register, :mod:`.plan` decides what would change, :mod:`.write` writes it.
"""
