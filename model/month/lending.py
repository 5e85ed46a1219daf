"""Lends all columns to compiled code as one pointer, instead of as several hundred arguments of every call.

The columns outlive the run, so what is lent needs no counting of who still holds it.
"""

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.core.typing.templates import AttributeTemplate


class LentColumns(types.Type):
    """A pointer to a named tuple of arrays."""

    def __init__(self, columns: types.NamedTuple) -> None:
        self.columns = columns
        super().__init__(name=f"LentColumns({columns.instance_class.__name__})")


@register_model(LentColumns)
class _Pointer(models.PrimitiveModel):
    def __init__(self, manager: Any, lent: LentColumns) -> None:
        super().__init__(manager, lent, manager.lookup(lent.columns).get_value_type().as_pointer())


@infer_getattr
class _Attributes(AttributeTemplate):
    key = LentColumns

    def generic_resolve(self, lent: Any, name: str) -> Any:  # type: ignore[override]
        return lent.columns.types[lent.columns.fields.index(name)]


@lower_getattr_generic(LentColumns)
def _column(_: Any, builder: Any, lent: LentColumns, pointer: Any, name: str) -> Any:
    zero, place = (ir.Constant(ir.IntType(32), i) for i in (0, lent.columns.fields.index(name)))
    return builder.load(builder.gep(pointer, [zero, place]))


@intrinsic
def lent(_: Any, columns: types.NamedTuple) -> Any:
    """Return columns as a pointer to them; without owners, so that nobody counts."""

    def store(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = arguments[0]
        pointer = cgutils.alloca_once(builder, whole.type)
        for place, kind in enumerate(columns.types):
            # Number by number: as one value of several hundred numbers it would take LLVM half a minute.
            column = context.make_array(kind)(context, builder, ref=cgutils.gep_inbounds(builder, pointer, 0, place))
            lent_out = context.make_array(kind)(context, builder, value=builder.extract_value(whole, place))
            for field in column._datamodel._fields:
                setattr(column, field, getattr(lent_out, field))
            column.meminfo = cgutils.get_null_value(column.meminfo.type)
        return pointer

    return LentColumns(columns)(columns), store
