"""Says whether the interpreter that runs this file can be embedded in the hub, or the reason why it cannot.

`PYTHON setup/embeddable.py` prints four lines (executable, version, include folder, shared library) and exits 0, or
prints one line with the reason and exits 1. A virtual environment is resolved to the Python it was made from, a pyenv
shim to the Python it starts. The file must parse under any Python 2 or 3, because it is what finds out the version.
"""

import os
import platform
import sys

MINIMUM = (3, 11)


def why_not(reason):
    print(reason)
    sys.exit(1)


def base_executable():
    """The interpreter itself: what sys.executable was made from, with symbolic links resolved."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def shared_library():
    """Path of libpythonX.Y.so for the linker, or None. Relocated builds record a LIBDIR that does not exist."""
    import sysconfig

    name = sysconfig.get_config_var("LDLIBRARY") or ""
    if not name.endswith(".so"):
        return None
    libdir = sysconfig.get_config_var("LIBDIR") or ""
    folders = [
        libdir,
        os.path.join(libdir, sysconfig.get_config_var("MULTIARCH") or ""),
        os.path.join(sys.base_prefix, "lib"),
        sysconfig.get_config_var("LIBPL") or "",
    ]
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    return None


def main():
    if sys.version_info < MINIMUM:
        why_not("is version %d.%d, and %d.%d or newer is needed" % (sys.version_info[:2] + MINIMUM))
    if platform.python_implementation() != "CPython":
        why_not("is %s, and only CPython can be embedded" % platform.python_implementation())
    import sysconfig

    include = sysconfig.get_config_var("INCLUDEPY") or ""
    if not os.path.isfile(os.path.join(include, "Python.h")):
        include = sysconfig.get_path("include", vars={"installed_base": sys.base_prefix}) or ""
    if not os.path.isfile(os.path.join(include, "Python.h")):
        why_not("has no headers (Python.h is not in %s)" % (include or "any folder"))
    library = shared_library()
    if library is None:
        why_not("has no shared library (it was built without --enable-shared)")
    print(base_executable())
    print("%d.%d.%d" % sys.version_info[:3])
    print(include)
    print(library)


main()
