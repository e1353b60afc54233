#include "core/verlihub/engine.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/lane_report.h"
#include "core/script_files.h"
#include "core/verlihub/self_check.h"
#include "core/verlihub/settings.h"
#include "core/verlihub/stop_guard.h"

namespace vhpy::verlihub {

namespace {

constexpr std::chrono::milliseconds kDrainTime{1'000};   // when the hub stops: for calls that are queued
constexpr std::chrono::milliseconds kPythonTime{2'300};  // and for the scripts
// From then on a hook of a queued call is interrupted; and from then on nothing is waited for.
constexpr StopGuard::Times kStopTimes{.patience = kDrainTime + std::chrono::milliseconds(500),
                                      .last_resort = std::chrono::milliseconds(4'800)};
constexpr std::chrono::milliseconds kUnloadTime{5'000};  // for the scripts, when the hub goes on

Engine* the_engine = nullptr;

}  // namespace

Engine* Engine::existing() noexcept { return the_engine; }

Engine& Engine::made(Server& server) {
  if (the_engine == nullptr) the_engine = new Engine(server);
  return *the_engine;
}

Engine::Engine(Server& server)
    : server_(server),
      events_([this] { lane_.loop_time().awake(); },
              [this] {
                end_of_turn();
                lane_.loop_time().asleep();
              }),
      live_(server.mDBConf.config_name),
      feed_(server),
      bots_(server),
      script_commands_(server, [this](ScriptId id) { return python_.path_of(id); }),
      operations_(server, live_, feed_, bots_, script_commands_,
                  [this] { return events_.inside_callback(); }),
      wake_(server, lane_, [this] { turn(); }),
      scripts_dir_(server.mConfigBaseDir + "/scripts"),
      console_(python_, scripts_dir_,
               {.least_class = [this] { return std::int64_t{server_.mC.plugin_mod_class}; },
                .set_log_level = [this](int level) { return settings::set_log_level(server_, level); },
                .encoding = [this] { return server_.mC.hub_encoding; },
                .statistics = [this] { return lane_report(lane_) + "\r\nwake-up: " + to_string(wake_.mode()); },
                .remember_mode = [this](const std::string& name, std::optional<ScriptMode> mode) {
                  return settings::remember_mode(server_, name, mode);
                }}) {
  lane_.bind_consumer();
  live_.use(&feed_);
}

// --- the plugin comes and goes ----------------------------------------------------------------------------------------

Outcome Engine::attach(nVerliHub::nPlugin::cVHPlugin& plugin) {
  if (ended_) return refuse(Refusal::kUnavailable, "the hub is stopping");
  if (attached_ && detach_due_) {  // a script reloads the plugin that it runs in
    next_ = &plugin;
    return Done{};
  }
  if (auto sound = check_layout(server_); !sound) return sound;
  settings::apply_kept_log_level(server_);
  bots_.use(&plugin);
  attached_ = true;
  if (!running_) {
    if (auto started = start_python(); !started) {
      tell_plugin_operators(server_, "the Python plugin does nothing: " + started.error().detail);
      attached_ = false;
      return started;
    }
  }
  events_.use(&python_);
  begin_wake();
  {
    const Events::Inside here(events_);
    load_scripts();
  }
  return Done{};
}

Outcome Engine::start_python() {
  const std::string executable = settings::read_or_make(server_, "python", "");
  if (auto started = python_.start({.executable = executable,
                                    .interruptible = true,
                                    .remembered_mode = [this](const std::string& name) {
                                      return settings::remembered_mode(server_, name);
                                    }});
      !started) {
    return started;
  }
  running_ = true;
  // Also when the hub ends by exit() in a handler of a signal: threads of scripts still run, and must not meet what
  // destructors of static objects leave.
  on_exit(
      [](int status, void* engine) {
        if (!static_cast<Engine*>(engine)->running_) return;
        std::fflush(nullptr);
        _exit(status);
      },
      this);
  return Done{};
}

void Engine::begin_wake() {
  const std::string asked = settings::read_or_make(server_, "wake", to_string(WakeMode::kSignal));
  const auto mode = parse_wake_mode(asked);
  if (!mode) spdlog::error("{}; using signal", mode.error().detail);
  if (auto begun = wake_.begin(mode ? mode.value() : WakeMode::kSignal); !begun) {
    spdlog::warn("wake-up by {} is not possible: {}; using {}", asked, begun.error().detail, to_string(wake_.mode()));
  }
  spdlog::info("wake-up: {}", to_string(wake_.mode()));
}

// What becomes of each is logged by the host; a hub whose script is broken stays up.
void Engine::load_scripts() {
  for (const std::string& name : script_files(scripts_dir_)) {
    python_.load(scripts_dir_ + '/' + name, [](const Result<ScriptInfo>&) {});
  }
}

void Engine::detach() {
  if (!attached_ || ended_) return;
  detach_due_ = true;
  if (!events_.inside()) do_detach();
}

void Engine::do_detach() {
  detach_due_ = false;
  spdlog::info("the plugin is unloaded: scripts are unloaded");
  python_.unload_all(kUnloadTime);
  events_.use(nullptr);
  bots_.forget_all();
  bots_.use(nullptr);
  wake_.end();
  live_.publish();
  attached_ = false;
  if (auto* const plugin = std::exchange(next_, nullptr)) {
    if (auto attached = attach(*plugin); !attached) spdlog::error("{}", attached.error().detail);
  }
}

void Engine::hub_stops() {
  if (ended_) return;
  ended_ = true;
  wake_.end();
  StopGuard guard({.interrupt = [this] { if (running_) python_.interrupt(); },
                   .activity = [this] { return lane_.activity().describe(queue::Clock::now()); }},
                  kStopTimes);
  lane_.begin_draining();
  const auto until = std::chrono::steady_clock::now() + kDrainTime;
  while (std::chrono::steady_clock::now() < until) {
    const queue::DrainReport report = lane_.drain({});
    if (!report.more && report.ran == 0 && report.skipped == 0) break;
  }
  if (const std::size_t abandoned = lane_.abort(); abandoned != 0) spdlog::warn("{} calls of scripts were abandoned", abandoned);
  guard.scripts_end();
  if (running_ && python_.stop(kPythonTime)) {
    running_ = false;
    lane_.close();
  }
  events_.use(nullptr);
  if (attached_) bots_.forget_all();
  bots_.use(nullptr);
  attached_ = false;
}

// --- turns ------------------------------------------------------------------------------------------------------------

void Engine::turn() {
  if (ended_) return;
  const Events::Inside here(events_);
  wake_.about_to_drain();
  if (!events_.inside_callback()) operations_.run_put_off();
  lane_.drain({});
  live_.publish();  // before the rest: somebody may wait for what its command has changed
  wake_.drained();
}

void Engine::tick() {
  if (!attached_ || ended_) return;
  const Events::Callback here(events_);
  turn();
  feed_.tick();
  wake_.follow_growth();
  script_commands_.tick();
  const double seconds = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  events_.fire(HookId::kOnTimer, {seconds});
  live_.publish();
}

// The outermost work on the hub thread is done.
void Engine::end_of_turn() {
  if (ended_) return;
  python_.end_of_turn();
  if (detach_due_) return do_detach();
  // What a callback has told of is in the hub's lists after the callback only.
  if (attached_ && (feed_.changed() || operations_.has_put_off())) wake_.ask_for_turn();
}

// --- the console ------------------------------------------------------------------------------------------------------

void Engine::say_to(const std::string& nick, const std::string& text) {
  if (const auto user = online(server_, nick)) server_.DCPublicHS(text, user.value()->mxConn);
}

bool Engine::console(const std::string& line, HubUser& user) {
  if (!attached_ || ended_) return false;
  const Events::Callback here(events_);
  return console_.handle(line, static_cast<int>(user.mClass),
                         [this, nick = user.mNick](const std::string& text) { say_to(nick, text); });
}

}  // namespace vhpy::verlihub
