#include "core/events/event.h"

#include <chrono>
#include <optional>

#include "core/hooks.h"

namespace vhpy::events {
namespace {

Event::Value copy(const HookArg& given) {
  if (const auto* const text = std::get_if<std::string_view>(&given)) return std::string(*text);
  if (const auto* const number = std::get_if<std::int64_t>(&given)) return *number;
  return std::get<double>(given);
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Event::Event(HookId id, std::span<const HookArg> given) : time_(now()), count_(given.size()), hook_(id) {
  for (std::size_t i = 0; i < count_; ++i) values_[i] = copy(given[i]);
}

void Event::answer(const HookResult& result) {
  allowed_ = result.allow;
  const auto put = [this](std::size_t at, const std::optional<std::string>& text) {
    if (text && at < count_) values_[at] = *text;
  };
  switch (vhpy::hook(hook_).answer) {
    case HookAnswer::kReply:
      break;
    case HookAnswer::kChat:  // (nick, msg)
      put(0, result.nick);
      put(1, result.text);
      break;
    case HookAnswer::kMyInfo:  // (nick, desc, tag, speed, mail, size)
      if (!result.my_info) break;
      put(1, result.my_info->description);
      put(2, result.my_info->tag);
      put(3, result.my_info->speed);
      put(4, result.my_info->mail);
      put(5, result.my_info->size);
      break;
  }
}

std::size_t Event::bytes() const noexcept {
  std::size_t sum = sizeof(Event);
  for (const Value& value : values()) {
    if (const auto* const text = std::get_if<std::string>(&value)) sum += text->size();
  }
  return sum;
}

}  // namespace vhpy::events
