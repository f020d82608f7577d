"""The UI kit: what every page of the four faces is made of. Icons, built assets, numbers and dates as people read them, tables.

Owns how things look and are said; knows no room. Template tags are in ``linli.platform.templatetags.linli``.
"""
