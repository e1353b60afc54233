// What the tests of streams have in common.
#pragma once

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/events/feed.h"
#include "core/events/stream.h"

namespace vhpy::events {

inline queue::TimePoint patience() {
  const char* const factor = std::getenv("VHPY_TIME_FACTOR");
  return queue::Clock::now() + std::chrono::seconds(30) * (factor == nullptr ? 1 : std::atoi(factor));
}

inline std::shared_ptr<Stream> make_stream(const StreamOptions& options) {
  return std::make_shared<Stream>(options, std::make_shared<Tally>());
}

inline std::shared_ptr<const Event> login_of(std::string_view nick) {
  const HookArg argument = nick;
  return std::make_shared<Event>(HookId::kOnUserLogin, std::span(&argument, 1));
}

inline std::string text_at(const Event& event, std::size_t at) { return std::get<std::string>(event.values()[at]); }
inline std::string nick_of(const Stream::Taken& taken) { return text_at(*taken.event, 0); }

// All that is there now, each as its first text and how many were left out before it: "ann+0".
inline std::vector<std::string> taken_from(Stream& stream) {
  std::vector<std::string> all;
  for (Stream::Taken taken; stream.take(taken);) all.push_back(nick_of(taken) + "+" + std::to_string(taken.skipped));
  return all;
}

inline std::vector<std::uint64_t> tickets(queue::Mailbox& box) {
  std::vector<queue::Mailbox::Delivery> deliveries;
  box.take(deliveries);
  std::vector<std::uint64_t> numbers;
  for (const auto& delivery : deliveries) numbers.push_back(delivery.ticket);
  return numbers;
}

}  // namespace vhpy::events
