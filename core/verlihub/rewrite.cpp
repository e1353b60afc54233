#include "core/verlihub/rewrite.h"

#include "core/nmdc/format.h"

namespace vhpy::verlihub {

namespace {

void put(Message& msg, std::string frame) {
  frame.pop_back();  // the hub keeps messages without the '|'
  msg.ReInit();
  msg.mStr = std::move(frame);
  msg.Parse();
  msg.SplitChunks();
}

}  // namespace

void rewrite_chat(Message& msg, const std::string& nick, const std::string& text) { put(msg, nmdc::format::chat(nick, text)); }

void rewrite_my_info(Message& msg, const OwnedMyInfo& info) { put(msg, nmdc::format_my_info(info.view())); }

}  // namespace vhpy::verlihub
