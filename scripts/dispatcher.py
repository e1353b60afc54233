"""Hooks for scripts that define none at their top level, but register functions under the names of hooks.

Such scripts were written for an interpreter in which the hooks of all scripts collided. Here none do, so this module only
puts what a script registers where the hub looks for it: into the script's own namespace, joined with what stands there
already. It is part of the program: every script can import it, wherever the script lies.

    from dispatcher import register_script, unregister_script
    ID = register_script("shop", {"OnParsedMsgChat": on_chat, "OnTimer": on_timer}, cleanup=close)

Any thread may register and unregister; a change after the script was loaded counts from the hub's next turn on, a second
later at most. Functions are called, and their answers added up, as those of several scripts are: the lowest priority
first, functions of the top level as with 100; any block wins; an exception, sys.exit() included, is logged and allows.
"""

import inspect
import itertools
import sys
import threading
import traceback
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["register_script", "unregister_script"]

DEFAULT_PRIORITY = 100
REGISTRY = "__dispatched__"  # where a script's namespace keeps it; the hub calls it before it looks for hooks
CHAT = "OnParsedMsgChat"
MY_INFO = ("OnFirstMyINFO", "OnParsedMsgMyINFO")

Function = Callable[..., Any]

_lock = threading.RLock()
_ids = itertools.count(1)
_registries: "weakref.WeakValueDictionary[int, Registry]" = weakref.WeakValueDictionary()  # by id of an entry


_parameters: dict[str, tuple[str, ...]] = {}  # of every hook; filled by the hub


def _look_again() -> None:
    """Replaced by the hub: asks it to look for the hooks of all scripts once more."""


def _log(text: str) -> None:
    """Replaced by the hub: writes to its log."""
    print(text, file=sys.stderr)


@dataclass
class Entry:
    id: int
    script_name: str
    hooks: dict[str, Function]
    cleanup: Function | None
    priority: int


class Registry:
    """What one script has registered. Lives in its namespace, and goes with it."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.entries: list[Entry] = []

    def __call__(self) -> None:
        """Puts one function per hook into the namespace, and takes those away that nothing stands behind any more."""
        with _lock:
            wanted = {name for entry in self.entries for name in entry.hooks} | {"UnLoad"}
            for name in wanted | {n for n, v in list(self.names.items()) if isinstance(v, Joined)}:
                own = self.names.get(name)
                if isinstance(own, Joined):
                    own = own.own
                if name in wanted:
                    self.names[name] = (Farewell if name == "UnLoad" else Joined)(self, name, own)
                elif own is None:
                    del self.names[name]
                else:
                    self.names[name] = own

    def functions(self, name: str, own: Function | None) -> list[tuple[str, Function]]:
        """With the name under which each was registered, in the order in which they are called."""
        with _lock:
            found = [(e.priority, e.id, e.script_name, e.hooks[name]) for e in self.entries if name in e.hooks]
        if own is not None:
            found.append((DEFAULT_PRIORITY, 0, str(self.names.get("__name__")), own))
        return [(script, function) for _, _, script, function in sorted(found, key=lambda item: item[:2])]


class Answers:
    """What the functions say, added up as the hub does for scripts."""

    def __init__(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.name = name
        self.arguments = list(arguments)
        self.allow = True
        self.changed = False
        self.replies: list[str] = []

    def add(self, answer: Any) -> None:
        if isinstance(answer, int):
            self.allow = self.allow and bool(answer)
        elif self.name == CHAT and isinstance(answer, str):
            self.replace(0, (None, answer))
        elif self.name == CHAT:
            if _is_texts(answer, 2):
                self.replace(0, answer)
        elif self.name in MY_INFO:
            if _is_texts(answer, 5):
                self.replace(1, answer)
        elif isinstance(answer, tuple) and len(answer) == 2 and _is_texts(answer[:1], 1) and isinstance(answer[1], int):
            self.allow = self.allow and bool(answer[1])
            if answer[0]:
                self.replies.append(answer[0].removesuffix("|") + "|")

    def replace(self, first: int, values: tuple[Any, ...]) -> None:
        for at, value in enumerate(values, first):
            if value is not None:
                self.arguments[at] = value
                self.changed = True

    def total(self) -> Any:
        if self.replies:
            return "".join(self.replies), int(self.allow)
        if not self.allow:
            return 0
        if not self.changed:
            return None
        return tuple(self.arguments if self.name == CHAT else self.arguments[1:])


class Joined:
    """One hook of a script: its registered functions, and its own of the top level if it has one."""

    is_joined_by_the_dispatcher = True  # the hub looks for this

    def __init__(self, registry: Registry, name: str, own: Function | None) -> None:
        self.registry = registry
        self.name = name
        self.own = own

    def __call__(self, *arguments: Any) -> Any:
        answers = Answers(self.name, arguments)
        for script, function in self.registry.functions(self.name, self.own):
            try:
                answers.add(_call(self.name, function, answers.arguments))
            except (Exception, SystemExit):
                _log_raised(script, self.name)
        return answers.total()


class Farewell(Joined):
    """UnLoad: the script's own first, which may unregister; then what is still registered is cleaned up."""

    def __call__(self, *arguments: Any) -> Any:
        super().__call__(*arguments)
        for entry in list(self.registry.entries):
            unregister_script(entry.id)


def _is_texts(answer: Any, count: int) -> bool:
    return (
        isinstance(answer, tuple)
        and len(answer) == count
        and all(value is None or isinstance(value, str) for value in answer)
    )


def _log_raised(script: str, where: str) -> None:
    _log(f"script {script}: exception in {where}, registered with the dispatcher\n{traceback.format_exc().rstrip()}")


def _call(name: str, function: Function, arguments: list[Any]) -> Any:
    if name == "OnTimer" and not _takes(function, 1):
        return function()
    return function(*arguments)


def _takes(function: Function, count: int) -> bool:
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # without a signature
        pass
    return True


def _check(script_name: str, name: str, function: object) -> None:
    """Raises TypeError, as the load of a script does for a hook of its top level."""
    who = f"register_script({script_name!r})"
    if not callable(function):
        raise TypeError(f"{who}: {name} is a {type(function).__name__}, not a function")
    if inspect.iscoroutinefunction(function):
        raise TypeError(f"{who}: {name} is an 'async def': hooks are called on the hub thread, which awaits nothing")
    wanted = _parameters.get(name)
    if wanted is None:
        _log(f"{who}: there is no hook {name}; the function will never be called")
    elif not _takes(function, len(wanted)) and not (name == "OnTimer" and _takes(function, 0)):
        raise TypeError(
            f"{who}: {name} is defined with {inspect.signature(function)}, but is called as {name}({', '.join(wanted)})"
        )


def _calling_script(caller: dict[str, Any]) -> dict[str, Any]:
    """The namespace of the script that the caller, itself or one of its helper modules, belongs to."""
    vh = caller.get("__vh__")
    if vh is None:
        found: dict[str, Any] = {"__name__": caller.get("__name__"), "__file__": caller.get("__file__")}
        exec("import vh", found)  # the hub gives the vh of the script whose helper that is, or which runs now
        vh = found["vh"]
    for name, module in list(sys.modules.items()):
        if name.startswith(f"vh_script_{vh.myid}_"):
            return vars(module)
    raise RuntimeError("register_script() is for scripts that the hub has loaded")


def register_script(
    script_name: str,
    hooks: Mapping[str, Function],
    cleanup: Function | None = None,
    priority: int = DEFAULT_PRIORITY,
) -> int:
    """Has `hooks`, functions by the names of hooks, called from now on. Returns an id for unregister_script()."""
    for name, function in hooks.items():
        _check(script_name, name, function)
    names = _calling_script(sys._getframe(1).f_globals)
    with _lock:
        registry = names.setdefault(REGISTRY, Registry(names))
        entry = Entry(next(_ids), script_name, dict(hooks), cleanup, priority)
        registry.entries.append(entry)
        _registries[entry.id] = registry
    _look_again()
    return entry.id


def unregister_script(script_id: int) -> bool:
    """Calls the cleanup function and forgets the hooks. False if nothing is registered under this id."""
    with _lock:
        registry = _registries.pop(script_id, None)
        entry = next((entry for entry in registry.entries if entry.id == script_id), None) if registry else None
        if registry is None or entry is None:
            return False
        registry.entries.remove(entry)
    if entry.cleanup is not None:
        try:
            entry.cleanup()
        except (Exception, SystemExit):
            _log_raised(entry.script_name, "its cleanup function")
    _look_again()
    return True
