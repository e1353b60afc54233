// Every frame the hub sends, as a function that returns the whole frame with its '|'. Thread: any.
//
// Nicks and text are bytes as on the wire. Text that the hub or a script wrote itself goes through
// escape_pipes() or escape_text() before; the functions themselves only make sure that a stray '|' cannot end
// a frame early: it is escaped. Lists never hold an empty item: one client stops reading a list there.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/nmdc/message.h"

namespace vhpy::nmdc::format {

// --- login ---
std::string lock(std::string_view lock, std::string_view software);  // software: "vhpy 0.1"
std::string supports(std::span<const std::string_view> features);
std::string hub_name(std::string_view name, std::string_view topic);  // "name - topic" if there is a topic
std::string hub_topic(std::string_view topic);
std::string hello(std::string_view nick);
std::string logged_in(std::string_view nick);  // $LogedIn: the spelling is the protocol's
std::string get_pass();
std::string bad_pass();
std::string validate_denide(std::string_view nick);
std::string bad_nick(std::string_view detail);  // NickProblem::bad_nick
std::string hub_is_full();
std::string force_move(std::string_view address);
std::string get_hub_url();
std::string error_ctm_to_hub();  // $Error CTM2HUB

// --- lists ---
std::string nick_list(std::span<const std::string> nicks);
std::string op_list(std::span<const std::string> nicks);
std::string bot_list(std::span<const std::string> nicks);
std::string user_ip(std::string_view nick, std::string_view ip);
std::string user_ips(std::span<const std::pair<std::string, std::string>> nicks_and_ips);
std::string quit(std::string_view nick);
std::string ext_json(std::string_view nick, std::string_view json);
// MyINFO: format_my_info() in my_info.h.

// --- text ---
std::string chat(std::string_view nick, std::string_view text);    // <nick> text
std::string action(std::string_view nick, std::string_view text);  // ** nick text
std::string private_message(std::string_view to, std::string_view from, std::string_view signed_by,
                            std::string_view text);
std::string mc_to(std::string_view to, std::string_view from, std::string_view text);

// --- relayed between users ---
std::string search_active(std::string_view ip, std::uint16_t port, std::string_view query);
std::string search_passive(std::string_view nick, std::string_view query);
std::string search_tth_active(std::string_view tth, std::string_view ip, std::uint16_t port);  // $SA
std::string search_tth_passive(std::string_view tth, std::string_view nick);                   // $SP
std::string query_for_tth(std::string_view tth);  // "F?T?0?9?TTH:..." for a short search
std::string search_result(const SearchResult& result);
std::string connect_to_me(const ConnectToMe& request, std::string_view real_ip);
std::string rev_connect_to_me(std::string_view from, std::string_view to);

// --- other ---
// type 0 separator, 1 raw, 2 raw once per nick, 255 erase. context bits: 1 hub, 2 user, 4 search, 8 file
// list. title and command are escaped here.
std::string user_command(int type, int context, std::string_view title = {}, std::string_view command = {});

struct HubInfo {
  std::string_view name, host, description, software, owner, category, encoding;
  std::uint64_t max_users = 0, min_share = 0;
  std::uint32_t min_slots = 0, max_hubs = 0;
};
std::string hub_info(const HubInfo& info);

std::string ping();  // "|"

}  // namespace vhpy::nmdc::format
