#include "core/embedded/server/my_info_gate.h"

#include <spdlog/spdlog.h>

#include <charconv>
#include <string>
#include <utility>

#include "core/embedded/server/departures.h"
#include "core/embedded/server/hooks.h"
#include "core/nmdc/limits.h"

namespace vhpy::embedded {

namespace {

void replace(std::optional<std::string>& by, std::string& field) {
  if (by) field = std::move(*by);
}

// Fields that would break the frame are cleaned when it is made (format_my_info).
void apply(MyInfoChange change, nmdc::OwnedMyInfo& info) {
  replace(change.description, info.description);
  replace(change.tag, info.tag);
  replace(change.speed, info.speed);
  replace(change.mail, info.mail);
  if (!change.size) return;
  std::uint64_t share = 0;
  const char* const end = change.size->data() + change.size->size();
  const auto [at, error] = std::from_chars(change.size->data(), end, share);
  if (error != std::errc{} || at != end || share > nmdc::kMaxShare) {
    return spdlog::warn("a script gave {} the share '{}', which is no number of bytes; it keeps its own", info.nick,
                        *change.size);
  }
  info.share = share;
}

}  // namespace

bool MyInfoGate::wanted() const {
  const Hooks& hooks = *context_.hooks;
  return hooks.wanted(HookId::kOnParsedMsgMyINFO) || hooks.wanted(HookId::kOnFirstMyINFO) ||
         hooks.wanted(HookId::kOnValidateTag);
}

std::optional<nmdc::OwnedMyInfo> MyInfoGate::pass(const std::shared_ptr<Session>& session, const nmdc::MyInfo& said) {
  nmdc::OwnedMyInfo info(said);
  info.nick = session->nick;  // spelt as at login
  if (!context_.hooks->allows(HookId::kOnValidateTag, session.get(), info.nick, info.tag)) {
    context_.departures->leave(session, kCloseTagInvalid);
  }
  if (session->leaving()) return std::nullopt;
  if (!session->in_list() && !ask(HookId::kOnFirstMyINFO, *session, info)) {
    context_.departures->leave(session, kCloseKicked);
  }
  if (session->leaving()) return std::nullopt;
  if (!ask(HookId::kOnParsedMsgMyINFO, *session, info) || session->leaving()) return std::nullopt;
  return info;
}

bool MyInfoGate::ask(HookId id, const Session& session, nmdc::OwnedMyInfo& info) {
  if (!context_.hooks->wanted(id)) return true;
  const std::string size = std::to_string(info.share);
  HookResult result = context_.hooks->fire(
      id, {HookArg(info.nick), HookArg(info.description), HookArg(info.tag), HookArg(info.speed), HookArg(info.mail),
           HookArg(size)},
      &session);
  if (result.my_info) apply(std::move(*result.my_info), info);
  return result.allow;
}

}  // namespace vhpy::embedded
