// What Python before 3.12 does not see to itself in sub-interpreters.
//
// From 3.12 on an extension module says whether it may be loaded into several interpreters, and Python refuses those that may
// not. Before, it is loaded, and then keeps the objects of whichever interpreter was first: an isolated script would take a
// package away from all the others, or crash the hub. No version before 3.12 can tell; so there isolated scripts get the
// extension modules of the standard library only. Of those, _asyncio keeps the running loops of all interpreters in one place,
// by numbers that are unique in one interpreter only; without it asyncio uses its own code in Python.
#pragma once

namespace vhpy::py {

// In the current interpreter, before any script runs there. False with a Python exception set. GIL held. From 3.12 on there
// is nothing to do.
bool restrict_extension_modules();

}  // namespace vhpy::py
