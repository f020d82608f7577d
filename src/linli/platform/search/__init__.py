"""Finding: what is called how, kept word by word beside what it names; and asking for it.

Owns how text becomes words, the table of words, the pages of the search and what each account has looked for. Knows no room: a room
says which of its rows are called how (:class:`Source`, at :mod:`.index`) and what of it can be found (:class:`Kind`, at :mod:`.kinds`).
"""
