"""The files of a run: written into a folder beside the asked one and renamed, so that nothing half-written is ever seen."""

from __future__ import annotations

import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from linli.kernel.errors import LinliError, define

from ..rules.coverage import is_within
from ..rules.shapes import unflatten
from .proposals import Proposals, proposal_features
from .run import Analysis
from .summary import gap_values, minutes

OURS = ".linli-lifecircle"
"""A mark in every folder we wrote, so that writing again replaces our own and nothing else."""
DIGITS = 7
"""Decimals of degrees: about a centimetre, which is what OpenStreetMap keeps (RFC 7946 section 11.2 asks for no excess)."""

NOT_OURS = define(
    "lifecircle.folder_not_ours",
    zh="{folder} 里已有别的文件，没有写入；换一个文件夹，或加 --force 整个替换",
    en="{folder} holds other files; nothing was written. Choose another folder, or replace it all with --force",
    status=409,
)
NOT_WRITABLE = define(
    "lifecircle.folder_not_writable",
    zh="不能写入 {folder}：{reason}",
    en="{folder} cannot be written: {reason}",
)


def check_folder(folder: Path, *, force: bool) -> None:
    """Refuse a folder that holds files not ours, unless ``force``; a file of that name always. Called before any work is done."""
    if folder.exists() and not folder.is_dir():
        raise LinliError(NOT_OURS, folder=str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / OURS).exists() and not force:
        raise LinliError(NOT_OURS, folder=str(folder))


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A fresh folder to write into; on success it takes the place of ``folder``, on any failure it is gone."""
    target = folder.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise LinliError(NOT_WRITABLE, folder=str(folder), reason=error.strerror or str(error)) from error
    try:
        yield fresh
        (fresh / OURS).write_text("linli lifecircle analyse\n")
        fresh.chmod(0o777 & ~_umask())
        old = None
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{target.name}.old.", dir=target.parent))
            target.rename(old / target.name)
        try:
            fresh.rename(target)
        except OSError:
            if old is not None:
                (old / target.name).rename(target)
            raise
        if old is not None:
            shutil.rmtree(old)
    except OSError as error:
        raise LinliError(NOT_WRITABLE, folder=str(folder), reason=error.strerror or str(error)) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_json(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def buildings_geojson(analysis: Analysis) -> dict[str, Any]:
    """Every house as a feature: minutes and metres per category for the shown group, residents, flags. RFC 7946.

    ``minutes_<category>`` is null where no way leads or the house is not joined; ``beyond`` lists categories past their limit.
    """
    result = analysis.shown
    walks, standard = result.walks, analysis.standard
    persons = analysis.residents.of_group(analysis.group)
    within = np.column_stack([is_within(walks, column, item) for column, item in enumerate(standard.items)])
    features = []
    for house, place in enumerate(analysis.places):
        joined = bool(walks.joined[house])
        values: dict[str, Any] = {
            "ref": place.ref,
            "name_zh": place.name.zh,
            "name_en": place.name.en,
            "use": place.use,
            "levels": place.levels,
            analysis.residents.basis: round(float(persons[house]), 1),
            "joined": joined,
            "beyond": [i.category for c, i in enumerate(standard.items) if joined and not within[house, c]],
        }
        for column, item in enumerate(standard.items):
            values[f"minutes_{item.category}"] = minutes(float(walks.walk_min[house, column]))
            metres = float(walks.walk_m[house, column])
            values[f"metres_{item.category}"] = round(metres, 1) if math.isfinite(metres) else None
        features.append(_feature(place.shape, values))
    return _collection(features, analysis)


def gaps_geojson(analysis: Analysis) -> dict[str, Any]:
    """Every blind spot of the shown group as a polygon round its houses, most persons first."""
    ranked = sorted((gap for gaps in analysis.shown.gaps for gap in gaps), key=lambda gap: -gap.persons)
    features = []
    for gap in ranked:
        values = gap_values(gap, analysis)
        values |= {"name_zh": gap.name.zh, "name_en": gap.name.en, "title_zh": gap.item.title.zh}
        values |= {"title_en": gap.item.title.en, "houses": [house["ref"] for house in values["houses"]]}
        del values["name"], values["title"]
        features.append(_feature(unflatten(analysis.plane, gap.shape), values))
    return _collection(features, analysis)


def proposals_geojson(analysis: Analysis, proposals: Proposals) -> dict[str, Any]:
    """Every proposed opening as its line, and the gates and facilities leant on most as points. RFC 7946."""
    return _collection([_feature(shape, values) for shape, values in proposal_features(proposals, analysis)], analysis)


def write_all(
    folder: Path,
    analysis: Analysis,
    summary: dict[str, Any],
    report: Callable[[Path], None],
    proposals: Proposals | None = None,
) -> None:
    """All files of a run into ``folder``; ``report`` writes the PDF to the path it is given."""
    write_json(folder / "summary.json", summary)
    write_json(folder / "buildings.geojson", buildings_geojson(analysis))
    write_json(folder / "gaps.geojson", gaps_geojson(analysis))
    if proposals is not None:
        write_json(folder / "proposals.geojson", proposals_geojson(analysis, proposals))
    report(folder / "report.pdf")


def _collection(features: list[dict[str, Any]], analysis: Analysis) -> dict[str, Any]:
    return {"type": "FeatureCollection", "attribution": analysis.data.attribution, "features": features}


def _feature(shape: shapely.Geometry, values: dict[str, Any]) -> dict[str, Any]:
    turned = shapely.orient_polygons(shape) if hasattr(shapely, "orient_polygons") else shape
    geometry = json.loads(shapely.to_geojson(shapely.transform(turned, lambda at: np.round(at, DIGITS))))
    return {"type": "Feature", "geometry": geometry, "properties": values}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
