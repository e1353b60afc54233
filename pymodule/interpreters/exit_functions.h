// Functions that are called when an interpreter ends, in one that does not: it is kept for another script (interpreter_end.h).
#pragma once

namespace vhpy::py {

// Calls what was registered with threading._register_atexit(), as threading._shutdown() does before it joins threads: pools let
// theirs go, and start none any more. _shutdown() itself would wait for the hub thread, which has a state there as long as the
// interpreter stays. Inside the interpreter. False with a Python exception set.
bool call_threads_exit_functions();

// After these and atexit's were called: Python's own library goes on as in an interpreter that has not ended, and does what it does
// by such functions again at the next end. Inside the interpreter. False with a Python exception set.
bool make_exit_functions_anew();

}  // namespace vhpy::py
