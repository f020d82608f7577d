"""The form of a map to import. Its limits of size are the tag-mapping policy's."""

from __future__ import annotations

from typing import Any

from django import forms

from linli.platform.kit.forms import both

from .. import uploads
from ..mapfiles import load_mapping
from .acts import ActForm, day_field

MIB = 1024 * 1024


class MapImportForm(ActForm):
    file = forms.FileField(
        label=both("地图文件", "Map file"), widget=forms.ClearableFileInput(attrs={"accept": ",".join(uploads.SUFFIXES)}),
        max_length=200,
    )  # fmt: skip
    attribution = forms.CharField(
        label=both("数据来源写法", "How the source is credited"), max_length=300, required=False,
        help_text=both("不填就用文件里写的，如 © OpenStreetMap contributors", "Empty: as the file says, such as © OpenStreetMap contributors"),
    )  # fmt: skip
    on = day_field(
        both("从哪天起", "From which day"),
        hint=both("这一天以后册子按这张图", "From this day on the register follows this map"),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        limits = _limits()
        self.fields["file"].help_text = both(
            f".osm（{limits['.osm']} MB 以内）、.osm.pbf（{limits['.pbf']} MB 以内）或 .geojson（{limits['.geojson']} MB 以内）",
            f".osm (up to {limits['.osm']} MB), .osm.pbf (up to {limits['.pbf']} MB) or .geojson (up to {limits['.geojson']} MB)",
        )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        suffix = uploads.suffix_of(file.name)
        if not suffix:
            raise forms.ValidationError(
                both(
                    "“%(name)s”的后缀不认识；要 .osm、.osm.pbf 或 .geojson",
                    "The suffix of “%(name)s” is not known; .osm, .osm.pbf or .geojson",
                ),
                params={"name": file.name},
            )
        most = _limits()[".pbf" if suffix.endswith(".pbf") else ".osm" if suffix == ".osm" else ".geojson"]
        if file.size > most * MIB:
            raise forms.ValidationError(
                both(
                    "文件有 %(size)s MB，最多 %(most)s MB；请裁剪出需要的街区",
                    "The file has %(size)s MB, the limit is %(most)s MB; cut out the quarter you need",
                ),
                params={"size": round(file.size / MIB, 1), "most": most},
            )
        return file


def _limits() -> dict[str, int]:
    """Whole MiB by suffix."""
    limits = load_mapping().limits
    return {
        ".pbf": limits.pbf_bytes // MIB,
        ".osm": limits.xml_bytes // MIB,
        ".geojson": limits.geojson_bytes // MIB,
    }
