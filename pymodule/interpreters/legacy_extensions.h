// What Python before 3.13 does not see to itself in sub-interpreters.
//
// From 3.12 on an extension module says whether it may be loaded into several interpreters, and Python refuses those that may
// not. Before, it is loaded, and then keeps the objects of whichever interpreter was first: an isolated script would take a
// package away from all the others, or crash the hub. No version before 3.12 can tell; so there isolated scripts get the
// extension modules of the standard library only. Of those, _asyncio keeps the running loops of all interpreters in one place,
// by numbers that are unique in one interpreter only; without it asyncio uses its own code in Python.
//
// 3.12 refuses _datetime only after it has run its initialisation, which puts objects of this interpreter into types that all share
// and frees those of the one before: the second isolated script that imports datetime would end the process ("double free or
// corruption", seen in 3.12.1 in _datetime_exec()). Without it datetime uses its own code in Python, as it does once refused.
#pragma once

namespace vhpy::py {

// In the current interpreter, before any script runs there. False with a Python exception set. GIL held. From 3.13 on there
// is nothing to do.
bool restrict_extension_modules();

}  // namespace vhpy::py
