// What a hook's return value means, and how the answers of several scripts add up.
//
//   None                          allow
//   an int or bool                0 or False: block; anything else: allow
//   OnParsedMsgChat: str          allow, with this text instead
//   OnParsedMsgChat: (nick, msg)  allow, with these instead; each a str, or None to keep what it was
//   OnFirstMyINFO, OnParsedMsgMyINFO: (desc, tag, speed, mail, size)   the same for these five
//   others: (data, int)           data, a str or None, goes raw to the connection of the event; the int decides
//   anything else                 allow
//
// Any block wins, whatever was substituted before or after. Substitutions chain: the next script is given what the one
// before it made of the event. Replies go out in the order of the scripts. Written for scripts in core/hooks/README.md.
#pragma once

#include <span>

#include "core/hooks.h"
#include "pymodule/convert.h"
#include "pymodule/python.h"

namespace vhpy::py {

// Adds what one script returned to what those before it made of the event. `arguments` are the hook's, as the next script
// will see them. False if the value means nothing (which allows). Thread: hub, GIL held.
bool add_answer(HookId id, Borrowed returned, const TextCodec& codec, std::span<Owned> arguments, HookResult& total);

// The hook's arguments as the scripts so far have changed them, for one in another interpreter. Texts are those of `total`
// and must not outlive a change of it. Uses `into`, which has room for them. Thread: hub.
std::span<const HookArg> as_changed(HookId id, std::span<const HookArg> arguments, const HookResult& total,
                                    std::span<HookArg> into);

// What the hook may return, for the message about a value that means nothing.
const char* expected_answer(HookId id);

}  // namespace vhpy::py
