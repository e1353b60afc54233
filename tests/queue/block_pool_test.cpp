// The pool of command memory: blocks come back from any thread, the bound holds, and a pool lives as long as its blocks.
// Leaks and early frees are the address sanitizer's to find.
#include "queue/block_pool.h"

#include <cstring>
#include <set>
#include <vector>

#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

constexpr std::size_t kMaxBlocks = BlockPool::kBlocksPerSlab * BlockPool::kMaxSlabs;

// Runs a test in a thread of its own, which begins without a pool.
template <class Fn>
void in_fresh_thread(Fn fn) {
  std::thread(std::move(fn)).join();
}

TEST(BlockPoolTest, ReusesWhatItsOwnerGivesBack) {
  in_fresh_thread([] {
    BlockPool* pool = BlockPool::of_this_thread(BlockPool::kSmallBytes);
    ASSERT_NE(pool, nullptr);
    EXPECT_EQ(pool, BlockPool::of_this_thread(BlockPool::kSmallBytes));
    void* block = pool->take();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % BlockPool::kAlignment, 0u);
    pool->give_back(block);
    EXPECT_EQ(pool->take(), block);
    pool->give_back(block);
  });
}

TEST(BlockPoolTest, StopsAtItsBound) {
  in_fresh_thread([] {
    BlockPool* pool = BlockPool::of_this_thread(BlockPool::kSmallBytes);
    std::set<void*> blocks;
    for (std::size_t i = 0; i < kMaxBlocks; ++i) {
      void* block = pool->take();
      ASSERT_NE(block, nullptr);
      std::memset(block, 0x5a, BlockPool::kSmallBytes);
      blocks.insert(block);
    }
    EXPECT_EQ(blocks.size(), kMaxBlocks);
    EXPECT_EQ(pool->take(), nullptr);
    for (void* block : blocks) pool->give_back(block);
    void* again = pool->take();
    EXPECT_NE(again, nullptr);
    pool->give_back(again);
  });
}

// By a batch on another thread and one on the owner's, with blocks of two pools in runs of different length: none is lost.
TEST(BlockPoolTest, BlocksComeBackTogether) {
  in_fresh_thread([] {
    BlockPool* const pools[] = {BlockPool::of_this_thread(BlockPool::kSmallBytes),
                                BlockPool::of_this_thread(BlockPool::kLargeBytes)};
    for (int round = 0; round < 3; ++round) {
      std::vector<std::pair<BlockPool*, void*>> blocks;
      std::size_t left[] = {kMaxBlocks, kMaxBlocks};
      for (std::size_t run = 0; left[0] + left[1] > 0; ++run) {
        for (std::size_t i = 0; i <= run % 19 && left[run % 2] > 0; ++i, --left[run % 2]) {
          blocks.emplace_back(pools[run % 2], pools[run % 2]->take());
          ASSERT_NE(blocks.back().second, nullptr);
        }
      }
      EXPECT_EQ(pools[0]->take(), nullptr);
      EXPECT_EQ(pools[1]->take(), nullptr);
      const auto give_back = [&blocks] {
        BlockPool::Batch batch;
        for (const auto& [pool, block] : blocks) batch.add(*pool, block);
      };
      round == 1 ? give_back() : in_fresh_thread(give_back);
    }
  });
}

// The owner is gone: the last batch frees the pool, and only the last.
TEST(BlockPoolTest, ABatchOutlivesTheOwner) {
  std::vector<void*> blocks;
  BlockPool* pool = nullptr;
  in_fresh_thread([&] {
    pool = BlockPool::of_this_thread(BlockPool::kSmallBytes);
    for (int i = 0; i < 100; ++i) blocks.push_back(pool->take());
  });
  BlockPool::Batch first;
  for (int i = 0; i < 40; ++i) first.add(*pool, blocks[static_cast<std::size_t>(i)]);
  first.flush();
  for (std::size_t i = 40; i < 100; ++i) std::memset(blocks[i], 0x5a, BlockPool::kSmallBytes);  // the pool still stands
  BlockPool::Batch second;
  for (std::size_t i = 40; i < 100; ++i) second.add(*pool, blocks[i]);
}

TEST(BlockPoolTest, BlocksComeBackFromOtherThreads) {
  in_fresh_thread([] {
    BlockPool* pool = BlockPool::of_this_thread(BlockPool::kSmallBytes);
    for (int round = 0; round < 10; ++round) {
      std::vector<void*> blocks;
      for (std::size_t i = 0; i < kMaxBlocks; ++i) blocks.push_back(pool->take());
      ASSERT_NE(blocks.back(), nullptr);
      in_fresh_thread([&] {
        for (void* block : blocks) pool->give_back(block);
      });
    }
  });
}

TEST(BlockPoolTest, OutlivesItsThreadUntilTheLastBlock) {
  BlockPool* pool = nullptr;
  std::vector<void*> blocks;
  in_fresh_thread([&] {
    pool = BlockPool::of_this_thread(BlockPool::kSmallBytes);
    for (int i = 0; i < 100; ++i) blocks.push_back(pool->take());
    pool->give_back(blocks.back());
    blocks.pop_back();
  });
  for (void* block : blocks) std::memset(block, 0x5a, BlockPool::kSmallBytes);
  for (void* block : blocks) pool->give_back(block);
}

TEST(BlockPoolTest, StressOwnerEndsWhileOthersGiveBack) {
  for (int round = 0; round < 300; ++round) {
    std::atomic<BlockPool*> pool{nullptr};
    std::vector<void*> first;
    std::vector<void*> second;
    std::thread owner([&] {
      BlockPool* mine = BlockPool::of_this_thread(BlockPool::kSmallBytes);
      for (int i = 0; i < 40; ++i) first.push_back(mine->take());
      for (int i = 0; i < 40; ++i) second.push_back(mine->take());
      pool = mine;
      mine->give_back(mine->take());
    });
    ASSERT_TRUE(testing::eventually([&] { return pool.load() != nullptr; }));
    std::thread helper([&] {
      for (void* block : first) pool.load()->give_back(block);
    });
    for (void* block : second) pool.load()->give_back(block);
    owner.join();
    helper.join();
  }
}

}  // namespace
}  // namespace vhpy::queue
