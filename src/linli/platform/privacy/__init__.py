"""What protects people in their data: sealed fields, who read whom, consents, requests, how long things are kept, keys made new.

Owns the mechanism; knows persons and communities only as opaque ids. A room says what it holds of a person in its ``holdings.py``
(:mod:`.holdings`) and calls :func:`.reading.record_read` where it shows somebody to somebody else. Importing this loads no model.
"""

from .sealing import DOES_NOT_OPEN, blind_index, mask_phone, seal, unseal

__all__ = ["DOES_NOT_OPEN", "blind_index", "mask_phone", "seal", "unseal"]
