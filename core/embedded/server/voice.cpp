#include "core/embedded/server/voice.h"

#include "core/embedded/server/bots.h"
#include "core/nmdc/format.h"

namespace vhpy::embedded {

void Voice::tell(const Session& session, std::string_view text) const {
  session.send(make_bytes(nmdc::format::chat(name(), text)));
}

void Voice::whisper(const Session& session, std::string_view text) const {
  session.send(make_bytes(nmdc::format::private_message(session.nick, name(), name(), text)));
}

void Voice::tell_operators(std::string_view text) const {
  context_.bots->say_in_op_chat(name(), text, nullptr);
}

}  // namespace vhpy::embedded
