"""The counter (柜台): a worker does for somebody what others do on their phone; the person confirms, gets a receipt, and both see it later.

Owns services: what was asked for, by whom it was done, how the person confirmed. What is changed is changed by the rooms' own commands, on
behalf of the person. Does not own identities, notices or accounts.
"""
