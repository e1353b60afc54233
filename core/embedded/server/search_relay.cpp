#include "core/embedded/server/search_relay.h"

#include <fmt/format.h>

#include "core/durations.h"
#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

// Seconds between two searches. Settings are for guests; better classes wait less, as on Verlihub.
std::int64_t search_interval(const Context& context, int user_class, bool active) {
  const std::int64_t guest = context.setting(active ? Var::kIntSearch : Var::kIntSearchPas);
  if (user_class >= kOperator) return std::min<std::int64_t>(guest, 1);
  if (user_class == kVip) return std::min<std::int64_t>(guest, 8);
  if (user_class == kRegistered && active) return guest / 2;
  return guest;
}

std::string_view without_pipe(std::string_view frame) { return frame.substr(0, frame.size() - 1); }

}  // namespace

void SearchRelay::on_search(const std::shared_ptr<Session>& session, const nmdc::Search& search,
                            std::string_view frame) {
  if (!search.active && !nmdc::same_nick(search.nick, session->nick)) {
    return context_.departures->protocol_error(session, "A search must be your own.");
  }
  if (!context_.flood->admit(session, FloodKind::kSearch)) return;
  const std::string query =
      search.short_form ? nmdc::format::query_for_tth(search.pattern) : std::string(search.query);
  if (refuse(*session, search, query)) return;
  session->last_search = context_.now();
  session->last_search_query = query;
  session->passive_results = 0;
  // Results to a forged address would hit somebody else: the address is the one we see.
  const std::string relayed = search.active ? nmdc::format::search_active(session->ip, search.port, query)
                                            : nmdc::format::search_passive(session->nick, query);
  const std::string_view data = search.short_form ? without_pipe(relayed) : frame;
  if (!context_.hooks->allows(HookId::kOnParsedMsgSearch, session.get(), session->nick, data)) return;
  if (session->leaving()) return;
  const bool only_active = !search.active;  // two passive clients cannot reach each other
  context_.out->to(make_bytes(relayed), [&](const User& user) {
    return user.session != session && user.info.share != 0 && user.user_class != kPinger &&
           (!only_active || user.active);
  });
}

bool SearchRelay::refuse(Session& session, const nmdc::Search& search, const std::string& query) const {
  if (const auto left = context_.penalties->hindered_for(session, Restriction::kSearch)) {
    context_.voice->tell(session, fmt::format("You may not search for {}.", format_duration(*left)));
    return true;
  }
  if (query == session.last_search_query) {
    ++context_.counters.dropped_frames;
    return true;
  }
  const std::int64_t min_chars = context_.setting(Var::kMinSearchChars);
  if (search.type != nmdc::Search::kTth && static_cast<std::int64_t>(search.pattern.size()) < min_chars) {
    context_.voice->tell(session, fmt::format("A search needs at least {} characters.", min_chars));
    return true;
  }
  const auto interval = std::chrono::seconds(search_interval(context_, session.user_class, search.active));
  const auto since = context_.now() - session.last_search;
  if (session.last_search != Session::TimePoint{} && since < interval) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(interval - since).count();
    context_.voice->tell(session, fmt::format("You may search again in {} seconds.", left));
    return true;
  }
  return false;
}

void SearchRelay::on_result(const std::shared_ptr<Session>& session, const nmdc::SearchResult& result,
                            std::string_view frame) {
  if (!nmdc::same_nick(result.from, session->nick)) {
    return context_.departures->protocol_error(session, "A search result must be your own.");
  }
  if (!context_.flood->admit(session, FloodKind::kSearchResult)) return;
  const auto to = context_.users.find(result.to);
  if (!to || !to->session || to->session == session) return;
  if (to->session->passive_results >= context_.setting(Var::kMaxPassiveSr)) {
    ++context_.counters.dropped_frames;
    return;
  }
  if (!context_.hooks->allows(HookId::kOnParsedMsgSR, session.get(), session->nick, frame)) return;
  if (session->leaving() || !to->session) return;
  ++to->session->passive_results;
  to->session->send(make_bytes(nmdc::format::search_result(result)));
}

}  // namespace vhpy::embedded
