"""Words all floors share: ids, clock, work days, units, geometry on the earth, bilingual text, errors. No Django, no I/O."""
