#include "core/embedded/server/flood_guard.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>

#include "core/embedded/server/departures.h"
#include "core/durations.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/voice.h"

namespace vhpy::embedded {

namespace {

struct Row {
  FloodKind kind;
  const char* what;
  Var limit, period;
  // How many times the limit may be exceeded by frames that are only dropped, before the client is cut: 0 = at once.
  std::int64_t patience;
  bool warn;  // tell the user at the first frame over the limit
};

constexpr std::array<Row, static_cast<std::size_t>(FloodKind::kCount)> kRows{{
    {FloodKind::kChat, "chat", Var::kIntFloodChatLimit, Var::kIntFloodChatPeriod, 3, true},
    {FloodKind::kTo, "private messages", Var::kIntFloodToLimit, Var::kIntFloodToPeriod, 3, true},
    {FloodKind::kMcTo, "private chat", Var::kIntFloodMctoLimit, Var::kIntFloodMctoPeriod, 3, true},
    {FloodKind::kMyInfo, "MyINFO", Var::kIntFloodMyinfoLimit, Var::kIntFloodMyinfoPeriod, 0, false},
    {FloodKind::kSearch, "searches", Var::kIntFloodSearchLimit, Var::kIntFloodSearchPeriod, 0, false},
    {FloodKind::kSearchResult, "search results", Var::kIntFloodSrLimit, Var::kIntFloodSrPeriod, 0, false},
    {FloodKind::kConnectToMe, "connection requests", Var::kIntFloodCtmLimit, Var::kIntFloodCtmPeriod, 0, false},
    {FloodKind::kRevConnectToMe, "connection requests", Var::kIntFloodRctmLimit, Var::kIntFloodRctmPeriod, 0, false},
    {FloodKind::kNickList, "list requests", Var::kIntFloodNicklistLimit, Var::kIntFloodNicklistPeriod, 20, false},
    {FloodKind::kGetInfo, "info requests", Var::kIntFloodGetinfoLimit, Var::kIntFloodGetinfoPeriod, 0, false},
    {FloodKind::kPing, "keep-alives", Var::kIntFloodPingLimit, Var::kIntFloodPingPeriod, 3, false},
    {FloodKind::kUnknown, "unknown commands", Var::kIntFloodUnknownLimit, Var::kIntFloodUnknownPeriod, 0, false},
    {FloodKind::kExtJson, "ExtJSON", Var::kIntFloodExtjsonLimit, Var::kIntFloodExtjsonPeriod, 0, false},
}};

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i != kRows.size(); ++i) {
    if (kRows[i].kind != static_cast<FloodKind>(i)) return false;
  }
  return true;
}
static_assert(rows_in_order());

}  // namespace

bool FloodGuard::admit(const std::shared_ptr<Session>& session, FloodKind kind) {
  if (session->user_class > context_.setting(Var::kMaxClassProtoFlood)) return true;
  const Row& row = kRows[static_cast<std::size_t>(kind)];
  const FloodLimit limit{context_.setting(row.limit), context_.seconds(row.period)};
  const std::int64_t over = session->meters[static_cast<std::size_t>(kind)].hit(limit, context_.now());
  if (over == 0) return true;
  ++context_.counters.dropped_frames;
  if (over > row.patience * limit.count) {
    ++context_.counters.flood_cuts;
    const std::int64_t seconds = context_.setting(Var::kProtoFloodTbanTime);
    const std::string reason = fmt::format("flooding the hub with {}", row.what);
    spdlog::warn("{} ({}) cut for {}", session->nick, session->ip, reason);
    context_.penalties->ban_ip(session->ip, seconds, reason);
    context_.departures->refuse(session, kCloseToAnyAction,
                                seconds > 0 ? fmt::format("You are banned for {}: {}.", format_duration(seconds), reason)
                                            : fmt::format("Disconnected for {}.", reason));
  } else if (row.warn && over == 1) {
    context_.voice->tell(*session, fmt::format("Too fast: at most {} {} in {}. Wait a little.", limit.count, row.what,
                                               format_duration(limit.period.count() / 1000)));
  }
  return false;
}

}  // namespace vhpy::embedded
