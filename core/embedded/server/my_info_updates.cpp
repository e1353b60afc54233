#include "core/embedded/server/my_info_updates.h"

#include "core/embedded/server/broadcaster.h"

namespace vhpy::embedded {

void MyInfoUpdates::on_my_info(const std::shared_ptr<Session>& session, const nmdc::MyInfo& said) {
  User& user = *session->user;
  nmdc::OwnedMyInfo info(said);
  info.nick = user.nick;
  const bool same = nmdc::format_my_info(info.view()) == nmdc::format_my_info(user.info.view());
  if (same && !session->flags.unseen) return;
  context_.users.set_info(user, std::move(info));
  user.change_pending = true;
  if (context_.now() >= user.last_shown + context_.seconds(Var::kIntMyinfo)) {
    show(user);
  } else {
    any_pending_ = true;
  }
}

void MyInfoUpdates::tick() {
  if (!any_pending_) return;
  any_pending_ = false;
  const auto due = context_.now() - context_.seconds(Var::kIntMyinfo);
  // A copy: show() walks the list itself.
  for (const auto& user : context_.users.all()) {
    if (!user->change_pending) continue;
    if (user->last_shown <= due) {
      show(*user);
    } else {
      any_pending_ = true;
    }
  }
}

void MyInfoUpdates::show(User& user) const {
  user.change_pending = false;
  user.last_shown = context_.now();
  context_.out->to(user.my_info, [](const User&) { return true; });
}

}  // namespace vhpy::embedded
