#include "core/events/feed.h"

#include <new>
#include <utility>

#include "core/hooks.h"

namespace vhpy::events {
namespace {

constexpr int kMaxLooks = 4;  // in a row, while other threads open and close streams all the time
constexpr HookSet kEveryHook = ~HookSet{0};

}  // namespace

Feed::Feed() = default;

Feed::~Feed() {
  close();
}

// --- any thread -------------------------------------------------------------------------------------------------------

std::shared_ptr<Stream> Feed::open(const StreamOptions& options) {
  if (registered_.fetch_add(1, std::memory_order_relaxed) >= kMaxStreams) {
    registered_.fetch_sub(1, std::memory_order_relaxed);
    refused_.fetch_add(1, std::memory_order_relaxed);
    return nullptr;
  }
  std::shared_ptr<Stream> stream;
  Opened* entry = nullptr;
  try {
    stream = std::make_shared<Stream>(options, tally_);
    entry = new Opened{stream, opened_.load(std::memory_order_relaxed)};
  } catch (...) {
    registered_.fetch_sub(1, std::memory_order_relaxed);
    throw;
  }
  while (!opened_.compare_exchange_weak(entry->before, entry, std::memory_order_seq_cst, std::memory_order_relaxed)) {
  }
  // In this order: see look().
  tally_->changes.fetch_add(1, std::memory_order_seq_cst);
  wanted_.fetch_or(options.hooks, std::memory_order_seq_cst);
  // Either this sees that the feed is closed, or close() sees the stream.
  if (closed_.load(std::memory_order_seq_cst)) stream->finish(End::kHubClosed);
  return stream;
}

FeedCounts Feed::counts() const noexcept {
  return {registered_.load(std::memory_order_relaxed), published_.load(std::memory_order_relaxed),
          tally_->skipped.load(std::memory_order_relaxed), refused_.load(std::memory_order_relaxed)};
}

// --- hub thread -------------------------------------------------------------------------------------------------------

void Feed::set_scripts_want(HookSet hooks) noexcept {
  by_scripts_ = hooks;
  take_over();
}

void Feed::look() noexcept {
  if (tally_->changes.load(std::memory_order_seq_cst) != seen_) take_over();
}

// open() raises `changes` before it widens `wanted_`; here `wanted_` is written before `changes` is read once more. So a
// stream whose opening this has not seen widens what this has written.
void Feed::take_over() noexcept {
  for (int looks = 0; looks < kMaxLooks; ++looks) {
    seen_ = tally_->changes.load(std::memory_order_seq_cst);
    Opened* entry = opened_.exchange(nullptr, std::memory_order_seq_cst);
    while (entry != nullptr) {
      streams_.push_back(std::move(entry->stream));
      delete std::exchange(entry, entry->before);
    }
    const std::size_t gone =
        std::erase_if(streams_, [](const std::shared_ptr<Stream>& stream) { return stream->end() != End::kOpen; });
    registered_.fetch_sub(gone, std::memory_order_relaxed);
    HookSet hooks = by_scripts_;
    for (const std::shared_ptr<Stream>& stream : streams_) hooks |= stream->options().hooks;
    wanted_.store(hooks, std::memory_order_seq_cst);
    if (tally_->changes.load(std::memory_order_seq_cst) == seen_) return;
  }
  wanted_.store(kEveryHook, std::memory_order_seq_cst);  // until the next look, which comes with the next hook
}

std::shared_ptr<Event> Feed::begin(HookId id, std::span<const HookArg> given) noexcept {
  look();
  bool listened = false;
  for (const std::shared_ptr<Stream>& stream : streams_) listened |= (stream->options().hooks & only(id)) != 0;
  if (!listened || given.size() != hook(id).arity) return nullptr;
  try {
    return std::make_shared<Event>(id, given);
  } catch (const std::bad_alloc&) {
    for (const std::shared_ptr<Stream>& stream : streams_) {
      if ((stream->options().hooks & only(id)) != 0) stream->skip();
    }
    return nullptr;
  }
}

void Feed::publish(std::shared_ptr<Event> event, const HookResult& result) noexcept {
  if (event == nullptr) return;
  bool complete = true;
  try {
    event->answer(result);
  } catch (const std::bad_alloc&) {
    complete = false;
  }
  const std::shared_ptr<const Event> finished = std::move(event);
  for (const std::shared_ptr<Stream>& stream : streams_) {
    if ((stream->options().hooks & only(finished->hook())) == 0) continue;
    complete ? stream->push(finished) : stream->skip();
  }
  published_.fetch_add(1, std::memory_order_relaxed);
}

void Feed::end_of_script(ScriptId owner) noexcept {
  take_over();
  for (const std::shared_ptr<Stream>& stream : streams_) {
    if (stream->options().owner == owner) stream->finish(End::kUnloaded);
  }
}

void Feed::close() noexcept {
  closed_.store(true, std::memory_order_seq_cst);
  take_over();
  for (const std::shared_ptr<Stream>& stream : streams_) stream->finish(End::kHubClosed);
  take_over();  // lets go of them: there may be no turn after this
}

}  // namespace vhpy::events
