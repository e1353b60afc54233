// The producers of each thread: found by lane, retired when the thread ends.
#include "queue/detail/producer.h"

#include <algorithm>

namespace vhpy::queue::detail {

constinit thread_local ProducerTable::Last ProducerTable::last_;

namespace {
enum class Stage : std::uint8_t { kNone, kLive, kEnded };
constinit thread_local Stage stage = Stage::kNone;
}  // namespace

// The table itself; a separate object because only it has a destructor that runs at the end of the thread.
struct TableOwner {
  TableOwner() { stage = Stage::kLive; }
  ~TableOwner() {
    stage = Stage::kEnded;
    ProducerTable::last_ = {};
    for (Producer* producer : producers) {
      producer->retired.store(true, std::memory_order_release);  // after the last push
      producer->release();
    }
  }

  // Drops those whose lane is gone.
  void prune() noexcept {
    const auto gone = [](Producer* producer) {
      if (!producer->orphaned.load(std::memory_order_acquire)) return false;
      producer->release();
      return true;
    };
    producers.erase(std::remove_if(producers.begin(), producers.end(), gone), producers.end());
  }

  static TableOwner& instance() {
    static thread_local TableOwner table;
    return table;
  }

  std::vector<Producer*> producers;
};

bool ProducerTable::ended() noexcept { return stage == Stage::kEnded; }

Producer* ProducerTable::find_slow(std::uint64_t channel) noexcept {
  if (stage != Stage::kLive) return nullptr;
  for (Producer* producer : TableOwner::instance().producers) {
    if (producer->channel == channel) {
      last_ = {channel, producer};
      return producer;
    }
  }
  return nullptr;
}

bool ProducerTable::insert(Producer* producer) noexcept {
  if (stage == Stage::kEnded) return false;
  try {
    TableOwner& table = TableOwner::instance();
    last_ = {};
    table.prune();
    table.producers.push_back(producer);
  } catch (...) {
    return false;
  }
  last_ = {producer->channel, producer};
  return true;
}

}  // namespace vhpy::queue::detail
