"""Not losing: backups of an installation, sealed and checked piece by piece, and their restoring into an empty home.

``store`` the folder of sealed chunks and signed snapshots · ``making``, ``checking``, ``restoring`` what is done with it · ``keyfile`` the keys,
which travel apart · ``hooks`` what rooms add (files with an end, erasures) · ``rules`` which backups are kept and when one is due.
"""
