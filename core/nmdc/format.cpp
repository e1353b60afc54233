// Every frame the hub sends: see format.h.
#include "core/nmdc/format.h"

#include "core/nmdc/escape.h"

namespace vhpy::nmdc::format {
namespace {

void append(std::string& out, std::string_view piece) {
  if (piece.find('|') == std::string_view::npos) {
    out += piece;
  } else {
    // Else it would end the frame here, and what follows would be a frame of its own.
    out += escape_pipes(piece);
  }
}

// The pieces in a row, closed by '|'.
template <class... Pieces>
std::string frame(const Pieces&... pieces) {
  std::string out;
  out.reserve((std::string_view(pieces).size() + ... + 1));
  (append(out, pieces), ...);
  out += '|';
  return out;
}

std::string list(std::string_view keyword, std::span<const std::string> items) {
  std::size_t bytes = keyword.size() + 2;
  for (const std::string& item : items) bytes += item.size() + 2;
  std::string out;
  out.reserve(bytes);
  out += keyword;
  out += ' ';
  for (const std::string& item : items) {
    if (item.empty()) continue;
    append(out, item);
    out += "$$";
  }
  out += '|';
  return out;
}

}  // namespace

std::string lock(std::string_view lock, std::string_view software) {
  // Without a character after Pk= ncdc waits for ever.
  return frame("$Lock ", lock, " Pk=", software.empty() ? std::string_view("hub") : software);
}

std::string supports(std::span<const std::string_view> features) {
  std::string out = "$Supports ";
  for (const std::string_view feature : features) {
    append(out, feature);
    out += ' ';
  }
  out += '|';
  return out;
}

std::string hub_name(std::string_view name, std::string_view topic) {
  return topic.empty() ? frame("$HubName ", name) : frame("$HubName ", name, " - ", topic);
}
std::string hub_topic(std::string_view topic) {
  return frame("$HubTopic ", topic);
}
std::string hello(std::string_view nick) {
  return frame("$Hello ", nick);
}
std::string logged_in(std::string_view nick) {
  return frame("$LogedIn ", nick);
}
std::string get_pass() {
  return "$GetPass|";
}
std::string bad_pass() {
  return "$BadPass|";
}
std::string validate_denide(std::string_view nick) {
  return frame("$ValidateDenide ", nick);
}
std::string bad_nick(std::string_view detail) {
  return frame("$BadNick ", detail);
}
std::string hub_is_full() {
  return "$HubIsFull|";
}
std::string force_move(std::string_view address) {
  return frame("$ForceMove ", address);
}
std::string get_hub_url() {
  return "$GetHubURL|";
}
std::string error_ctm_to_hub() {
  return "$Error CTM2HUB|";
}

std::string nick_list(std::span<const std::string> nicks) {
  return list("$NickList", nicks);
}
std::string op_list(std::span<const std::string> nicks) {
  return list("$OpList", nicks);
}
std::string bot_list(std::span<const std::string> nicks) {
  return list("$BotList", nicks);
}

std::string user_ip(std::string_view nick, std::string_view ip) {
  return frame("$UserIP ", nick, " ", ip, "$$");
}

std::string user_ips(std::span<const std::pair<std::string, std::string>> nicks_and_ips) {
  std::string out = "$UserIP ";
  for (const auto& [nick, ip] : nicks_and_ips) {
    if (nick.empty()) continue;
    append(out, nick);
    out += ' ';
    append(out, ip);
    out += "$$";
  }
  out += '|';
  return out;
}

std::string quit(std::string_view nick) {
  return frame("$Quit ", nick);
}

std::string ext_json(std::string_view nick, std::string_view json) {
  return frame("$ExtJSON ", nick, " ", json);
}

std::string chat(std::string_view nick, std::string_view text) {
  return frame("<", nick, "> ", text);
}
std::string action(std::string_view nick, std::string_view text) {
  return frame("** ", nick, " ", text);
}
std::string private_message(std::string_view to, std::string_view from, std::string_view signed_by,
                            std::string_view text) {
  return frame("$To: ", to, " From: ", from, " $<", signed_by, "> ", text);
}
std::string mc_to(std::string_view to, std::string_view from, std::string_view text) {
  return frame("$MCTo: ", to, " $", from, " ", text);
}

std::string search_active(std::string_view ip, std::uint16_t port, std::string_view query) {
  return frame("$Search ", ip, ":", std::to_string(port), " ", query);
}
std::string search_passive(std::string_view nick, std::string_view query) {
  return frame("$Search Hub:", nick, " ", query);
}
std::string search_tth_active(std::string_view tth, std::string_view ip, std::uint16_t port) {
  return frame("$SA ", tth, " ", ip, ":", std::to_string(port));
}
std::string search_tth_passive(std::string_view tth, std::string_view nick) {
  return frame("$SP ", tth, " ", nick);
}

std::string query_for_tth(std::string_view tth) {
  std::string query = "F?T?0?9?TTH:";
  query += tth;
  return query;
}

std::string search_result(const SearchResult& result) {
  return frame(result.frame);
}

std::string connect_to_me(const ConnectToMe& request, std::string_view real_ip) {
  const std::string port = std::to_string(request.port);
  if (request.from.empty())
    return frame("$ConnectToMe ", request.to, " ", real_ip, ":", port, request.suffix);
  return frame("$ConnectToMe ", request.to, " ", real_ip, ":", port, request.suffix, " ", request.from);
}

std::string rev_connect_to_me(std::string_view from, std::string_view to) {
  return frame("$RevConnectToMe ", from, " ", to);
}

std::string user_command(int type, int context, std::string_view title, std::string_view command) {
  std::string head = "$UserCommand " + std::to_string(type) + ' ' + std::to_string(context) + ' ';
  if (title.empty() && command.empty()) return frame(head);
  return frame(head, escape_text(title), "$", escape_text(command));
}

std::string hub_info(const HubInfo& info) {
  return frame("$HubINFO ", escape_text(info.name), "$", escape_text(info.host), "$",
               escape_text(info.description), "$", std::to_string(info.max_users), "$",
               std::to_string(info.min_share), "$", std::to_string(info.min_slots), "$",
               std::to_string(info.max_hubs), "$", escape_text(info.software), "$", escape_text(info.owner),
               "$", escape_text(info.category), "$", escape_text(info.encoding));
}

std::string ping() {
  return "|";
}

}  // namespace vhpy::nmdc::format
