// Who uses the consumer thread: what a lane tells per function (the label of commands) and per owner (a script).
// A copy of counters, as StatsView is one. Thread: any. Blocks: no.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "queue/clock.h"
#include "queue/command.h"

namespace vhpy::queue {

struct Usage {
  std::uint64_t calls = 0;    // that ran: commands, and what the consumer thread did itself for the function or owner
  std::uint64_t failed = 0;   // of these, those that threw
  std::uint64_t expired = 0;  // never ran; counted when the consumer meets them
  std::uint64_t withdrawn = 0;  // cancelled or abandoned: never ran either
  std::uint64_t refused = 0;  // pushes that were not accepted, whatever the reason
  // Of the calls. The first command of each drain, one in 64 of the others and every slow one is measured; the rest counts
  // by the ticks of the coarse clock that fall into it, so that the sum is right on average.
  Duration run_total{};
  Duration slowest{};
};

struct FunctionUsage {
  const char* label = "";
  Usage usage;
};

struct OwnerUsage {
  OwnerId owner = 0;  // 0: nobody in particular
  std::string name;   // as Lane::name_owner() was told, cut at 48 bytes; empty: it was not
  Usage usage;
};

struct UsageView {
  std::vector<FunctionUsage> functions;  // the most time first
  std::vector<OwnerUsage> owners;        // the same
  // Of what found no place in the tables (256 labels, 128 owners), and of owners that were abandoned long ago.
  Usage other_functions;
  Usage other_owners;
};

}  // namespace vhpy::queue
