// What packages have cached of a script's functions goes with the script. A functools.lru_cache of a shared package whose keys or
// answers hold a function of an unloaded script would keep all of the script, for a function holds the names of its module: so do
// FastAPI's of what a route's function is like, 4,096 of them. Such a cache is emptied: what is in it can be made again.
//
// Thread: hub, GIL held.
#pragma once

#include "pymodule/host/script.h"

namespace vhpy::py {

// Empties every cache that holds functions of `script` or of the files beside it. Blocks: some milliseconds.
void empty_caches_of(const Script& script);

}  // namespace vhpy::py
