// What must hold for any bytes that a client sends: shared by the fuzzer and by the seeded test of every
// build.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/nmdc/escape.h"
#include "core/nmdc/format.h"
#include "core/nmdc/frame.h"
#include "core/nmdc/message.h"
#include "core/nmdc/my_info.h"

namespace vhpy::nmdc {

using FieldViews = std::vector<std::string_view>;

// Every view that a message holds.
struct CollectViews {
  FieldViews operator()(const Malformed& m) const { return {m.keyword}; }
  FieldViews operator()(const KeepAlive&) const { return {}; }
  FieldViews operator()(const Supports& m) const { return m.features; }
  FieldViews operator()(const Key& m) const { return {m.key}; }
  FieldViews operator()(const ValidateNick& m) const { return {m.nick}; }
  FieldViews operator()(const MyPass& m) const { return {m.password}; }
  FieldViews operator()(const Version& m) const { return {m.version}; }
  FieldViews operator()(const GetNickList&) const { return {}; }
  FieldViews operator()(const MyInfo& m) const { return {m.nick, m.description, m.tag, m.speed, m.mail}; }
  FieldViews operator()(const Chat& m) const { return {m.nick, m.text}; }
  FieldViews operator()(const PrivateMessage& m) const { return {m.to, m.from, m.signed_by, m.text}; }
  FieldViews operator()(const McTo& m) const { return {m.to, m.from, m.text}; }
  FieldViews operator()(const Search& m) const { return {m.ip, m.nick, m.pattern, m.query}; }
  FieldViews operator()(const SearchResult& m) const { return {m.from, m.to, m.frame}; }
  FieldViews operator()(const ConnectToMe& m) const { return {m.to, m.ip, m.suffix, m.from}; }
  FieldViews operator()(const RevConnectToMe& m) const { return {m.from, m.to}; }
  FieldViews operator()(const GetInfo& m) const { return {m.other, m.from}; }
  FieldViews operator()(const UserIp& m) const { return m.nicks; }
  FieldViews operator()(const Kick& m) const { return {m.nick}; }
  FieldViews operator()(const Close& m) const { return {m.nick}; }
  FieldViews operator()(const OpForceMove& m) const { return {m.nick, m.address, m.reason}; }
  FieldViews operator()(const BotInfo& m) const { return {m.text}; }
  FieldViews operator()(const MyHubUrl& m) const { return {m.url}; }
  FieldViews operator()(const ExtJson& m) const { return {m.nick, m.json}; }
  FieldViews operator()(const GetTopic&) const { return {}; }
  FieldViews operator()(const SetTopic& m) const { return {m.topic}; }
  FieldViews operator()(const PeerHandshake& m) const { return {m.keyword, m.argument}; }
  FieldViews operator()(const OperatorCommand& m) const { return {m.keyword}; }
  FieldViews operator()(const Unknown& m) const { return {m.keyword}; }
};

// Empty if every view of the message lies within the frame; else what is wrong.
inline std::string check_views(const Message& message, std::string_view frame) {
  for (const std::string_view view : std::visit(CollectViews{}, message)) {
    const std::less_equal<const char*> before;
    if (view.empty()) continue;
    if (!before(frame.data(), view.data()) ||
        !before(view.data() + view.size(), frame.data() + frame.size())) {
      return "a field lies outside its frame: " + std::string(view);
    }
  }
  return {};
}

inline bool one_frame(const std::string& bytes) {
  return bytes.ends_with('|') && std::count(bytes.begin(), bytes.end(), '|') == 1;
}

inline std::string check_frame(std::string_view frame) {
  const Message message = parse(frame);
  if (auto problem = check_views(message, frame); !problem.empty()) return problem;
  if (unescape_text(escape_text(frame)) != frame) return "text does not survive its escaping";
  if (unescape_key(escape_key(frame)) != frame && frame.find("/%DCN") == std::string_view::npos) {
    return "a key does not survive its escaping";
  }
  if (!one_frame(format::chat("n", frame))) return "a chat line is not one frame";
  if (const auto* bad = std::get_if<Malformed>(&message)) {
    return bad->detail.empty() ? "refused without a reason" : std::string();
  }
  if (const auto* info = std::get_if<MyInfo>(&message)) {
    std::string again = format_my_info(*info);
    if (!one_frame(again)) return "a MyINFO is not one frame";
    again.pop_back();
    const auto parsed = parse_my_info(again);
    if (!parsed || format_my_info(*parsed) != again + '|') return "a MyINFO does not survive formatting";
    static_cast<void>(parse_tag(info->tag));
  }
  if (const auto* request = std::get_if<ConnectToMe>(&message)) {
    if (!one_frame(format::connect_to_me(*request, "1.2.3.4")))
      return "a connection request is not one frame";
  }
  return {};
}

struct Framed {
  std::vector<std::string> frames;
  FrameFault fault = FrameFault::kNone;
  bool operator==(const Framed&) const = default;
};

inline Framed frame_in_pieces(std::string_view bytes, std::size_t piece) {
  Framer framer;
  Framed framed;
  while (!bytes.empty()) {
    framer.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (const auto frame = framer.next()) framed.frames.emplace_back(*frame);
  }
  framed.fault = framer.fault();
  return framed;
}

// Empty if all holds; else what does not.
inline std::string check_nmdc(std::string_view bytes) {
  const Framed whole = frame_in_pieces(bytes, std::max<std::size_t>(bytes.size(), 1));
  if (frame_in_pieces(bytes, 1) != whole) return "frames depend on the split";
  if (frame_in_pieces(bytes, 7) != whole) return "frames depend on the split";
  for (const std::string& frame : whole.frames) {
    if (auto problem = check_frame(frame); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace vhpy::nmdc
