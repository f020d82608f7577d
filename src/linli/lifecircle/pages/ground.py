"""The community's map as other rooms draw on it: what lies there and the houses, without minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from linli.kernel.errors import NotFoundError
from linli.platform.actors import Actor
from linli.registry.queries.maps import find_edition

from .. import queries


class Ground:
    """Fills the port ``ground``. Houses come from the newest measured run; before there is one, the ground alone is drawn."""

    def config(self, actor: Actor, community_id: UUID) -> dict[str, Any] | None:
        try:
            edition = find_edition(actor, community_id)
        except NotFoundError:
            return None
        query = urlencode({"community": str(community_id)})
        config: dict[str, Any] = {
            "bounds": [edition.west, edition.south, edition.east, edition.north],
            "ground_url": f"{reverse('lifecircle:ground')}?{query}",
            "measure": "none",
            "is_3d": False,
            "has_labels": True,
        }
        if queries.list_latest(actor, community_id):
            config["buildings_url"] = f"{reverse('lifecircle:buildings')}?{query}&plain=1"
        return config
