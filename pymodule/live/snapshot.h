// vh.Snapshot and its parts, vh.Users and vh.User: one version of the hub's live copy as Python objects. They hold a
// reference to what they show, not a lock, and convert what is asked for when it is asked for.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include <memory>

#include "core/live/view.h"
#include "pymodule/convert.h"
#include "pymodule/python.h"
#include "pymodule/shared.h"

namespace vhpy::py {

// The types, once per interpreter. Null with an exception set when memory is short.
Owned make_snapshot_type();
Owned make_users_type();
Owned make_user_type();

// Null with an exception set when memory is short.
Owned make_snapshot(std::shared_ptr<const Shared> shared, live::Ref<const live::View> view, const TextCodec& codec);
Owned make_users(std::shared_ptr<const Shared> shared, live::Ref<const live::View> view, const TextCodec& codec);
Owned make_user(const Shared& shared, live::Ref<const live::User> user, const TextCodec& codec);

// What a vh.User shows; null if the object is none. Lives as long as the object.
const live::User* user_in(const Shared& shared, Borrowed object) noexcept;

}  // namespace vhpy::py
