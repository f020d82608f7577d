"""Tables whose whole state stands in the URL: filters, search, order, page; the same rows as CSV, XLSX and JSON.

::

    RESIDENTS = TableSpec(
        key="residents",
        columns=(Column("name", Text("姓名", "Name"), sort=True), Column("area_dm2", Text("面积", "Area"), kind="area")),
        filters=(Filter("grid", Text("网格", "Grid"), field="grid_id", choices=list_grid_choices),),
        search=("name__icontains",),
    )

    def residents(request):
        table = Table(RESIDENTS, request.GET, queries.list_residents(request.actor))
        return table.download() or render(request, "registry/residents.html", {"table": table})

A value that cannot be read is shown above the table as a fault and left out; it never breaks the page.
"""

from .spec import BulkAction, Choice, Column, Filter, TableSpec
from .table import Table

__all__ = ["BulkAction", "Choice", "Column", "Filter", "Table", "TableSpec"]
