"""Coverage for machines: what everybody may know, and the exact figures for those who work on the community."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from linli.kernel.errors import NotFoundError
from linli.platform.web.api import operation
from linli.platform.web.request import Request

from . import queries
from .pages.asked import Asked
from .pages.data import building_features, geojson

router = Router(tags=["lifecircle"])
READ = "lifecircle.read"


@router.get("/lifecircle/{community_id}/coverage", summary="Shares by group and category, small numbers left out")
@operation(audience="public")
def coverage(request: Request, community_id: UUID, standard: str | None = None) -> dict[str, Any]:
    """The newest run of ``standard`` (or of the first standard measured), as everybody may see it."""
    run = queries.find_run(request.actor, community_id, standard_id=standard)
    return {
        "run_id": run.pk,
        "as_of": run.as_of,
        "computed_at": run.computed_at,
        "basis": run.basis,
        "standard": {"id": run.standard_id, "version": run.standard_version, "sha256": run.standard_sha256},
        "walkers": {"id": run.walkers_id, "version": run.walkers_version, "sha256": run.walkers_sha256},
        "estimate": {"id": run.estimate_id, "version": run.estimate_version, "sha256": run.estimate_sha256},
        **run.public,
    }


@router.get("/lifecircle/{community_id}/buildings.geojson", summary="Every building with its minutes, GeoJSON")
@operation(audience="public")
def buildings(
    request: Request,
    community_id: UUID,
    category: str | None = None,
    group: str | None = None,
    standard: str | None = None,
) -> HttpResponse:
    """Minutes of one category and group; the run's first where none is named. NotFoundError for one it does not have."""
    run = queries.find_run(request.actor, community_id, standard_id=standard)
    look = Asked(run, category or run.categories[0], group or run.groups[0])
    if look.category not in run.categories or look.group not in run.groups:
        raise NotFoundError
    return geojson(building_features(look, request))


@router.get("/lifecircle/{community_id}/figures", summary="The exact summary with blind spots and people")
@operation(permission=READ)
def figures(request: Request, community_id: UUID, standard: str | None = None) -> dict[str, Any]:
    """As ``summary.json`` of the command line, its houses with their place ids."""
    run = queries.find_run(request.actor, community_id, standard_id=standard)
    return dict(queries.figures_of(run, request.actor))
