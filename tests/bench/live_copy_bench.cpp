// What the live copy costs the hub thread: a hub of 10,000 users of which some change in each turn. Publish is the way that is
// used; CopyAll, its baseline, makes a new table of all users in each turn that changes something. "share_1000" is the part of
// the hub thread that 1,000 changes a second take, in percent, if each turn has as many changes as the argument says.
// And what reading costs, beside a table behind a mutex. Readers run on other threads.
#include <benchmark/benchmark.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/nmdc/nick.h"
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

constexpr int kUsers = 10'000;

// A hub with users who have no connection, so that only the copy is measured.
class Crowd {
 public:
  Crowd() {
    for (int i = 0; i < kUsers; ++i) {
      auto user = std::make_shared<User>();
      user->nick = "user" + std::to_string(i);
      user->session = std::make_shared<Session>();
      user->session->ip = "10.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256);
      server.context().users.set_info(*user, info(*user, 0));
      server.context().users.add(user);
      users.push_back(std::move(user));
    }
    server.operations().live().publish();
  }
  ~Crowd() {
    for (const auto& user : users) {
      server.context().users.remove(*user);
      user->session = nullptr;
    }
  }
  // What a client's MyINFO changes, but for its broadcast.
  void change(int which) {
    User& user = *users[static_cast<std::size_t>(which % kUsers)];
    server.context().users.set_info(user, info(user, which));
  }

  TempDir dir;
  HubFiles files{dir.path()};
  HubServer server{Tables{files.settings, files.accounts, files.bans, *files.database}, nullptr,
                   HubServer::Options{.data_dir = dir.path(), .look_up_hosts = false,
                                      .password_cost = store::kCheapPasswordCost}};
  std::vector<std::shared_ptr<User>> users;

 private:
  static nmdc::OwnedMyInfo info(const User& user, int number) {
    nmdc::OwnedMyInfo made;
    made.nick = user.nick;
    made.description = "description " + std::to_string(number);
    made.tag = "<++ V:0.868,M:A,H:1/0/0,S:3>";
    made.speed = "100\x01";
    made.mail = "somebody@example.com";
    made.share = 1'000'000'000 + static_cast<std::uint64_t>(number);
    return made;
  }
};

void share_of(benchmark::State& state, double seconds_published, std::int64_t changes) {
  const double per_change = seconds_published / static_cast<double>(changes);
  state.counters["us_per_change"] = per_change * 1e6;
  state.counters["share_1000"] = per_change * 1000 * 100;
}

// Times only what stands in `work`, since a change itself costs about as much.
template <class Work>
void turns(benchmark::State& state, Crowd& crowd, Work work) {
  double seconds = 0;
  int next = 0;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < state.range(0); ++i) crowd.change(next += 7919);
    const auto begun = std::chrono::steady_clock::now();
    work();
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    state.SetIterationTime(took);
    seconds += took;
  }
  share_of(state, seconds, static_cast<std::int64_t>(state.iterations()) * state.range(0));
}

void Publish(benchmark::State& state) {
  Crowd crowd;
  live::Live& live = crowd.server.operations().live();
  turns(state, crowd, [&] { live.publish(); });
}

// The same while two threads read all the time, each holding the view it has until the next.
void PublishWithReaders(benchmark::State& state) {
  Crowd crowd;
  live::Live& live = crowd.server.operations().live();
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      live::Ref<const live::View> kept;
      while (!stop.load(std::memory_order_relaxed)) {
        kept = live.view();
        benchmark::DoNotOptimize(kept->user_class("user77"));
      }
    });
  }
  turns(state, crowd, [&] { live.publish(); });
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

void CopyAll(benchmark::State& state) {
  Crowd crowd;
  live::Live& live = crowd.server.operations().live();
  std::shared_ptr<const std::unordered_map<std::string, live::Ref<const live::User>>> table;
  turns(state, crowd, [&] {
    auto copy = std::make_shared<std::unordered_map<std::string, live::Ref<const live::User>>>();
    copy->reserve(kUsers);
    live.read([&](const live::View& view) {
      view.contents().users.for_each([&](const live::User& user) {
        copy->emplace(user.key(), live::Ref<const live::User>::share(&user));
      });
      return 0;
    });
    table = std::move(copy);
  });
  live.publish();
}

BENCHMARK(Publish)->Arg(1)->Arg(10)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(PublishWithReaders)->Arg(10)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(CopyAll)->Arg(10)->UseManualTime()->Unit(benchmark::kMicrosecond);

void Read(benchmark::State& state) {
  Crowd crowd;
  const live::Live& live = crowd.server.operations().live();
  const std::optional<std::string> nick = "USER4711";
  for (auto _ : state) {
    benchmark::DoNotOptimize(live.read([&](const live::View& view) { return view.user_class(nick); }));
  }
}

void ReadBehindAMutex(benchmark::State& state) {
  std::unordered_map<std::string, int> table;
  std::mutex mutex;
  for (int i = 0; i < kUsers; ++i) table["user" + std::to_string(i)] = i;
  const std::string nick = "USER4711";
  for (auto _ : state) {
    const std::lock_guard lock(mutex);
    benchmark::DoNotOptimize(table.find(nmdc::fold_nick(nick)));
  }
}

BENCHMARK(Read);
BENCHMARK(ReadBehindAMutex);

}  // namespace
}  // namespace vhpy::embedded

BENCHMARK_MAIN();
