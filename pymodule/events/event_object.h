// vh.Event: one call of a hook, as a stream of vh.events() hands it out.
//
// Owner: Python references. Thread: any, GIL held. Blocks: no.
#pragma once

#include <span>
#include <string_view>

#include "core/events/stream.h"
#include "pymodule/convert.h"
#include "pymodule/python.h"
#include "pymodule/shared.h"

namespace vhpy::py {

// The type, once per interpreter. Null with an exception set when memory is short.
Owned make_event_type();

// A place for an event that is about to be taken from a stream, so that none is lost for want of memory. Null with an exception
// set when memory is short.
Owned make_event(const Shared& shared, const TextCodec& codec);
// What it is of. Until it is filled nobody else may have the object.
events::Stream::Taken& taken_of(const Owned& event) noexcept;

}  // namespace vhpy::py
