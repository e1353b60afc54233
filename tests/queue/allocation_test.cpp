// A blocking call allocates nothing in the steady state, on either side: counted in operator new of the whole program.
#include <atomic>
#include <cstdlib>
#include <new>

#include "queue/lane.h"
#include "tests/queue/support.h"

namespace {
std::atomic<long> allocations{0};

void* counted(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* or_throw(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// Not inlined: the compiler would see a free() of what came from operator new, and warn.
[[gnu::noinline]] void release(void* memory) noexcept { std::free(memory); }
}  // namespace

// The array forms end in these.
void* operator new(std::size_t bytes) { return or_throw(counted(bytes)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return or_throw(counted(bytes, static_cast<std::size_t>(alignment)));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return counted(bytes); }
void* operator new(std::size_t bytes, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace vhpy::queue {
namespace {

constexpr int kWarmUp = 200;
constexpr int kCalls = 10'000;

TEST(AllocationTest, TheCounterCounts) {
  const long before = allocations;
  std::atomic<int*> escaped{new int(1)};  // atomic: an optimiser may leave out an allocation that nobody else can see
  delete escaped.load();
  EXPECT_EQ(allocations - before, 1);
}

TEST(AllocationTest, BlockingCallsAllocateNothing) {
  Lane lane;
  testing::ConsumerThread consumer(lane);
  long sum = 0;
  const auto call = [&](int i) {
    auto command = lane.make("call", 0, testing::patience(), 0, [i] { return i; });
    ASSERT_EQ(lane.push(command, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
    ASSERT_EQ(command->wait(command->deadline()), State::kDone);
    sum += command->value();
  };
  for (int i = 0; i < kWarmUp; ++i) call(i);
  sum = 0;
  const long before = allocations;
  for (int i = 0; i < kCalls; ++i) call(i);
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(sum, static_cast<long>(kCalls) * (kCalls - 1) / 2);
}

TEST(AllocationTest, PostsWithinThePoolAllocateNothing) {
  Lane lane;
  int ran = 0;
  const auto batch = [&] {
    for (int i = 0; i < 1'000; ++i) {
      ASSERT_EQ(lane.push(lane.make("post", 0, testing::patience(), 0, [&ran] { ++ran; }), WhenFull::kRefuse),
                Admission::kAccepted);
    }
    testing::drain_all(lane);
  };
  batch();
  batch();
  const long before = allocations;
  for (int i = 0; i < 10; ++i) batch();
  EXPECT_EQ(allocations - before, 0);
  EXPECT_EQ(ran, 12'000);
}

}  // namespace
}  // namespace vhpy::queue
