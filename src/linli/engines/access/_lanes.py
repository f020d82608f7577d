"""Eight float64 at a time, as the machine has them.

The compiler will not do this by itself, for it cannot know that two rows of one array never overlap; a quarter of the sweep's
time is won by saying so.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 8
"""Categories side by side: as many float64 as the widest vector registers hold. Narrower machines take two or four steps."""
_ROW = ir.VectorType(ir.DoubleType(), LANES)
_INDEX = ir.IntType(32)


def _lower_row(typing_context: Any, rows: Any, here: Any, there: Any, length: Any) -> Any:
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])

        def row_at(index: Any) -> Any:
            place = [index, context.get_constant(types.intp, 0)]
            item = cgutils.get_item_pointer(context, builder, signature.args[0], array, place)
            return builder.bitcast(item, _ROW.as_pointer())

        undefined = ir.Constant(_ROW, ir.Undefined)
        first = builder.insert_element(undefined, arguments[3], ir.Constant(_INDEX, 0))
        spread = builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES))
        target = row_at(arguments[2])
        total = builder.fadd(builder.load(row_at(arguments[1]), align=8), spread)
        old = builder.load(target, align=8)
        builder.store(builder.select(builder.fcmp_ordered("<", total, old), total, old), target, align=8)
        return context.get_dummy_value()

    return types.void(rows, types.uintp, types.uintp, types.float64), emit


lower_row: Any = intrinsic(_lower_row)
"""``lower_row(rows, here, there, length)``: ``rows[there] = minimum(rows[there], rows[here] + length)`` for C-ordered
``float64[n, LANES]``, inside compiled code. The two rows must not be one; indices are not checked."""
