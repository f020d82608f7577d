"""Facts for other systems, as CloudEvents 1.0 in JSON (CloudEvents specification 1.0.2; JSON format 1.0.2).

``type`` is ``cn.linli.<name>.v<version>``, ``source`` names the installation, ``subject`` the subject's id. Extensions: ``sequence`` (the
position as 19 digits, so that text order is the order of the chain), ``position``, ``community`` (absent for facts of the installation),
``actor``, ``onbehalfof``, ``causationid``, ``correlationid``, ``recordedtime``. An erased fact has no ``data``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from linli.platform.models import Installation

from .models import Fact
from .rules import instant

BATCH_TYPE = "application/cloudevents-batch+json"


def cloud_event(fact: Fact, position: int) -> dict[str, Any]:
    """A sealed fact as a CloudEvent, ready for :func:`json.dumps`."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(fact.id),
        "source": f"urn:linli:{installation_id()}",
        "type": f"cn.linli.{fact.name}.v{fact.version}",
        "subject": str(fact.subject_id),
        "time": instant(fact.occurred_at),
        "recordedtime": instant(fact.recorded_at),
        "sequence": f"{position:019d}",
        "position": str(position),
        "actor": fact.actor,
        "correlationid": str(fact.correlation_id),
    }
    optional = {"community": fact.community_id, "onbehalfof": fact.on_behalf_of, "causationid": fact.causation_id}
    event |= {key: str(value) for key, value in optional.items() if value is not None}
    if fact.payload is not None:
        event |= {"datacontenttype": "application/json", "data": fact.payload}
    return event


@lru_cache(maxsize=1)
def _known_installation() -> str:
    row = Installation.objects.first()
    return str(row.id) if row else ""


def installation_id() -> str:
    """This installation's id; empty before it is born."""
    known = _known_installation()
    if not known:
        _known_installation.cache_clear()
    return known
