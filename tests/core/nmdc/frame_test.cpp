// Shows that frames come out the same however the bytes were split, that both limits hold, that noise is told
// from NMDC by its first byte, and that nothing is kept that is not needed.
#include "core/nmdc/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace vhpy::nmdc {
namespace {

struct Outcome {
  std::vector<std::string> frames;
  FrameFault fault = FrameFault::kNone;
  bool operator==(const Outcome&) const = default;
};

void take_all(Framer& framer, Outcome& outcome) {
  while (const auto frame = framer.next()) outcome.frames.emplace_back(*frame);
  outcome.fault = framer.fault();
}

// `piece` says how many bytes the next feed gets.
template <class Piece>
Outcome run(std::string_view bytes, Piece piece, std::size_t max_line = kMaxLineBytes) {
  Framer framer(max_line);
  Outcome outcome;
  while (!bytes.empty()) {
    const std::size_t size = std::min<std::size_t>(piece(), bytes.size());
    framer.feed(bytes.substr(0, size));
    bytes.remove_prefix(size);
    take_all(framer, outcome);
  }
  return outcome;
}

Outcome at_once(std::string_view bytes, std::size_t max_line = kMaxLineBytes) {
  return run(
      bytes, [&] { return bytes.size(); }, max_line);
}
Outcome by_byte(std::string_view bytes, std::size_t max_line = kMaxLineBytes) {
  return run(
      bytes, [] { return 1u; }, max_line);
}

TEST(Framer, Splits) {
  const std::string_view login = "$Supports A B |$Key x|$ValidateNick me||<me> hi\r\nthere|$To";
  const Outcome whole = at_once(login);
  const std::vector<std::string> expected{"$Supports A B ", "$Key x", "$ValidateNick me", "",
                                          "<me> hi\r\nthere"};
  EXPECT_EQ(whole.frames, expected);
  EXPECT_EQ(whole.fault, FrameFault::kNone);
  EXPECT_EQ(by_byte(login), whole);
}

TEST(Framer, EverySplitOfSeededStreams) {
  constexpr std::string_view kAlphabet = "$<|a \r\n\x05\xff";
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string bytes = "$";
    for (auto n = random() % 300; n > 0; --n) bytes += random() % 97 == 0 ? '\0' : kAlphabet[random() % 9];
    const Outcome whole = at_once(bytes, 40);
    EXPECT_EQ(by_byte(bytes, 40), whole);
    EXPECT_EQ(run(
                  bytes, [&] { return random() % 7 + 1; }, 40),
              whole);
  }
}

TEST(Framer, StoppingInTheMiddleLosesNothing) {
  Framer framer;
  framer.feed("$a|$b|$c");
  EXPECT_EQ(framer.next(), "$a");
  EXPECT_EQ(framer.buffered(), 5u);
  framer.feed("d|");
  EXPECT_EQ(framer.next(), "$b");
  EXPECT_EQ(framer.next(), "$cd");
  EXPECT_EQ(framer.next(), std::nullopt);
  EXPECT_EQ(framer.buffered(), 0u);
}

TEST(Framer, BothLimits) {
  const std::string line(100, '$');
  EXPECT_EQ(at_once(line + '|', 100).frames, std::vector<std::string>{line});
  EXPECT_EQ(at_once(line, 100).fault, FrameFault::kNone);
  EXPECT_EQ(at_once(line + '$', 100).fault, FrameFault::kLineTooLong);   // unfinished
  EXPECT_EQ(at_once(line + "$|", 100).fault, FrameFault::kLineTooLong);  // finished
  EXPECT_EQ(by_byte(line + "$|", 100).fault, FrameFault::kLineTooLong);
}

TEST(Framer, FramesBeforeAFaultAreDelivered) {
  const Outcome outcome = at_once("$a|$b|" + std::string(50, 'x') + "|$c|", 20);
  EXPECT_EQ(outcome.frames, (std::vector<std::string>{"$a", "$b"}));
  EXPECT_EQ(outcome.fault, FrameFault::kLineTooLong);
}

TEST(Framer, NothingAfterAFault) {
  Framer framer;
  framer.feed("GET");
  EXPECT_EQ(framer.next(), std::nullopt);
  framer.feed("$a|");
  EXPECT_EQ(framer.next(), std::nullopt);
  EXPECT_EQ(framer.fault(), FrameFault::kNotNmdc);
  EXPECT_EQ(framer.buffered(), 0u);
}

TEST(Framer, FirstByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool good = byte == '$' || byte == '<' || byte == '|';
    const std::string bytes(1, static_cast<char>(byte));
    EXPECT_EQ(at_once(bytes).fault, good ? FrameFault::kNone : FrameFault::kNotNmdc) << byte;
    EXPECT_EQ(at_once("|" + bytes).fault, FrameFault::kNone) << "only the first byte is judged";
  }
}

TEST(Framer, Nul) {
  using namespace std::string_literals;
  EXPECT_EQ(at_once("$a\0\0|$b|"s).frames, (std::vector<std::string>{"$a", "$b"}));
  EXPECT_EQ(at_once("|\0|"s).frames, (std::vector<std::string>{"", ""}));
  EXPECT_EQ(at_once("$a\0b|"s).fault, FrameFault::kNulInside);
  EXPECT_EQ(by_byte("$a\0b|"s).fault, FrameFault::kNulInside);
}

TEST(Framer, FaultsHaveText) {
  for (const auto fault :
       {FrameFault::kNone, FrameFault::kNotNmdc, FrameFault::kLineTooLong, FrameFault::kNulInside}) {
    EXPECT_GT(std::string(to_string(fault)).size(), 5u);
  }
}

}  // namespace
}  // namespace vhpy::nmdc
