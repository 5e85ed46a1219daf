"""Compiles the project's own Python as it stands: a function, and all functions of the model it calls.

Sources stay plain: the agents call the same rules uncompiled, and with NUMBA_DISABLE_JIT=1 so does the engine.
"""

import sys
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import numba
from numba import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.dispatcher import Dispatcher
from numba.core.registry import CPUDispatcher

from .. import kept

OURS = (f"{kept.PACKAGE.name}.", "own_rule_")
"""How the names of modules begin whose functions are compiled: the model's, and those of users' own rules."""

MAKES_ARRAYS = frozenset(("empty", "zeros", "sort", "argsort"))
"""Functions of NumPy for which numba must count who holds an array; where none is called, counting is left out."""

Replaced = Mapping[str, Any]
"""What stands in for a name of a module, such as "model.negotiation.priced": another function."""


def compiled(function: Callable[..., Any], replaced: Replaced, more: str = "") -> Any:
    """Return a function that is compiled when first called, or read from disk; `more` names further sources it is made of."""
    mirror = Mirror(replaced, _for_callers, kept.name_of(more))
    with kept.kept_in(kept.folder_of(more)) as is_kept:
        return numba.njit(cache=is_kept)(mirror.copy(function))


def is_off() -> bool:
    """Tell whether numba was told not to compile."""
    settings: Any = numba.config
    return bool(settings.DISABLE_JIT)


def _for_callers(function: FunctionType, options: dict[str, Any]) -> Any:
    if is_off():
        return function
    counting = not MAKES_ARRAYS.isdisjoint(function.__code__.co_names)
    options |= {"nopython": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": counting}
    return _AnyNumber(function, targetoptions=options, pipeline_class=_ForCallers)


class Mirror:
    """The model's modules once more, with `part` made of each of their functions; classes and constants are the same.

    `part` is given a function with mirrored globals, and what options of numba's it was written with. `version` becomes part
    of the names of functions: in one process, code of one name would stand in for another of that name.
    """

    def __init__(self, replaced: Replaced, part: Callable[[FunctionType, dict[str, Any]], Any], version: str = "") -> None:
        self._replaced, self._part, self._version = replaced, part, version
        self._modules: dict[str, ModuleType] = {}
        self._made: dict[FunctionType, Any] = {}

    def copy(self, function: Any) -> FunctionType:
        """Return a function whose globals are mirrored."""
        home = self._module(function.__module__)
        copied = FunctionType(function.__code__, vars(home), function.__name__, function.__defaults__, function.__closure__)
        copied.__qualname__, copied.__module__ = f"{function.__qualname__}{self._version}", function.__module__
        return copied

    def _module(self, name: str) -> ModuleType:
        if name not in self._modules:
            self._modules[name] = mirror = ModuleType(name)
            for key, value in vars(sys.modules[name]).items():
                if not key.startswith("__"):
                    setattr(mirror, key, self._mirrored(self._replaced.get(f"{name}.{key}", value)))
        return self._modules[name]

    def _mirrored(self, value: Any) -> Any:
        if isinstance(value, Dispatcher) and _is_ours(value.py_func.__module__):
            return self._made_of(value.py_func, {"forceinline": value.targetoptions.get("forceinline", False)})
        if isinstance(value, FunctionType) and _is_ours(value.__module__):
            return self._made_of(value, {})
        if isinstance(value, ModuleType) and _is_ours(value.__name__):
            return self._module(value.__name__)
        return value

    def _made_of(self, function: FunctionType, options: dict[str, Any]) -> Any:
        self._module(function.__module__)  # may have it made on the way
        if function not in self._made:
            self._made[function] = self._part(self.copy(function), options)
        return self._made[function]


def _is_ours(module: str) -> bool:
    return module.startswith(OURS)


class _AnyNumber(CPUDispatcher):
    """A compiled function for which a constant is a number like any other, not a type of its own to be compiled for."""

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return what numba needs to compile a call."""
        named = {name: types.unliteral(kind) for name, kind in kws.items()}
        return super().get_call_template(tuple(map(types.unliteral, args)), named)


class _Part(JITCodeLibrary):
    """Code that becomes part of its callers: neither optimised by itself nor translated, but once, in what is called."""

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalized = True


class _ForCallers(Compiler):
    """Compiles what only compiled code calls; numba's own way would translate each function anew in each of its callers."""

    def define_pipelines(self) -> list[Any]:
        """Return numba's own steps, the translation into machine code left out."""
        self.state.flags.no_compile = True
        self.state.library = _Part(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        return super().define_pipelines()

    def compile_extra(self, function: Any) -> Any:
        """Return what is linked into callers, under a stand-in for the machine code that there is not."""
        result = super().compile_extra(function)
        stand_in: Any = [].append
        self.state.targetctx.insert_user_function(stand_in, result.fndesc, [result.library])
        return result._replace(entry_point=stand_in)
