// vhpy-hub: the embedded hub as a program. Puts the parts together, starts them, and ends them in the right order.
//
// Thread: main() runs on the hub thread. Shutdown: SIGINT or SIGTERM, exit code 0, or vh.StopHub() with its own;
// within five seconds.
#include <fmt/core.h>
#include <malloc.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "core/console.h"
#include "core/embedded/hub_data.h"
#include "core/embedded/log_level.h"
#include "core/embedded/options.h"
#include "core/embedded/script_modes.h"
#include "core/embedded/server/hub_server.h"
#include "core/embedded/server/limits.h"
#include "core/embedded/stop_signals.h"
#include "core/embedded/stop_times.h"
#include "core/lane_report.h"
#include "core/log_lines.h"
#include "core/script_files.h"
#include "pymodule/host/python_host.h"
#include "queue/lane.h"

namespace vhpy::embedded {
namespace {

int fail(std::string_view why) {
  spdlog::default_logger()->flush();
  fmt::print(stderr, "vhpy-hub: {}\n", why);
  return 1;
}

void start_logging(const Options& options) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("hub"));
  spdlog::set_formatter(log_formatter("%Y-%m-%d %H:%M:%S.%e [%l]"));
  spdlog::set_level(spdlog::level::from_str(options.log_level));
}

// As many connections as the system lets this process have. Returns how many.
std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024 - limits::kReservedDescriptors;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<std::size_t>(limit.rlim_cur);
  return most > 2 * limits::kReservedDescriptors ? most - limits::kReservedDescriptors : most / 2;
}

// What a storm of messages took goes back to the system when it is over. Without this the allocator raises its threshold
// with the largest block it has seen freed, and keeps half a megabyte and more.
void keep_little_memory() { mallopt(M_TRIM_THRESHOLD, 64 * 1024); }

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

bool is_loaded(const py::PythonHost& python, const std::string& path) {
  const std::vector<ScriptInfo> loaded = python.list();
  return std::any_of(loaded.begin(), loaded.end(), [&](const ScriptInfo& script) {
    std::error_code ignored;
    return std::filesystem::equivalent(script.path, path, ignored);
  });
}

// First those of the command line, in its order, so that whoever starts the hub can put a script before all others; then
// the scripts directory. What becomes of each is logged by the host; a hub whose script is broken stays up.
void load_scripts(py::PythonHost& python, const Options& options, const std::string& scripts_dir,
                  const StopSignals& signals) {
  std::vector<ScriptRequest> wanted = options.scripts;
  for (const std::string& name : script_files(scripts_dir)) wanted.emplace_back(scripts_dir + '/' + name);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (signals.stop_requested()) return;
    const bool from_directory = i >= options.scripts.size();
    if (from_directory && is_loaded(python, wanted[i].path)) continue;
    python.load(wanted[i], [](const Result<ScriptInfo>&) {});
  }
}

// Runs what is queued, so that callers get their answers, for a bounded time.
void drain_rest(queue::Lane& lane) {
  lane.begin_draining();
  const auto until = std::chrono::steady_clock::now() + stop_times::kDrain;
  while (std::chrono::steady_clock::now() < until) {
    const queue::DrainReport report = lane.drain({});
    if (!report.more && report.ran == 0 && report.skipped == 0) break;
  }
  if (const std::size_t abandoned = lane.abort(); abandoned != 0) {
    spdlog::warn("{} calls of scripts were abandoned", abandoned);
  }
}

// True: every part has ended. False: threads of scripts live on, and the process must end without destructors.
bool stop(HubServer& server, queue::Lane& lane, py::PythonHost& python, StopSignals& signals) {
  spdlog::info("stopping");
  server.stop_accepting();
  drain_rest(lane);
  signals.enter(StopSignals::Phase::kEnding);
  const bool ended = python.stop(stop_times::kPython);
  server.use_scripts(nullptr, nullptr);
  server.finish_passwords(stop_times::kPasswords);
  server.close_all(stop_times::kGoodbye);
  if (!ended) spdlog::warn("threads of scripts are still running; leaving them");
  return ended;
}

int serve(const Options& options, HubData& data) {
  queue::Lane lane;
  lane.bind_consumer();
  HubServer server({data.settings, data.accounts, data.bans, *data.database}, &lane,
                   {.data_dir = data.directory.path(), .max_connections = raise_descriptor_limit()});
  if (auto listening = server.listen(options.host, options.port); !listening) return fail(listening.error().detail);
  py::Runtime runtime{server.operations(), lane};
  py::PythonHost python(runtime);
  const Outcome started = python.start({.executable = options.python,
                                        .interruptible = true,
                                        .remembered_mode = [&](const std::string& name) {
                                          return remembered_mode(data.settings, name);
                                        }});
  if (!started) return fail(started.error().detail);
  const std::string scripts_dir = data.directory.file("scripts");
  ScriptConsole console(python, scripts_dir,
                        {.least_class = [&] { return data.settings.integer(Var::kPluginModClass); },
                         .set_log_level = [&](int level) { return set_log_level(data.settings, level); },
                         .encoding = [encoding = data.settings.text(Var::kHubEncoding)] { return encoding; },
                         .statistics = [&] { return lane_report(lane); },
                         .remember_mode = [&](const std::string& name, std::optional<ScriptMode> mode) {
                           return remember_mode(data.settings, name, mode);
                         }});
  server.use_scripts(&python, &console);
  // Not before everything else has worked: the password of the first run is shown once.
  const auto admin = set_up_admin(data, options);
  if (!admin) return fail(admin.error().detail);
  StopSignals signals({.request_stop = [&] { server.request_stop(); },
                       .interrupt = [&] { python.interrupt(); },
                       .activity = [&] { return lane.activity().describe(queue::Clock::now()); }});
  say("hub dchub://" + endpoint_text(options.host, server.port()));
  if (admin.value()) say(fmt::format("admin {} {}", admin.value()->nick, admin.value()->password));
  load_scripts(python, options, scripts_dir, signals);
  server.run();
  signals.stop_without_signal();  // of no effect if one has come
  signals.enter(StopSignals::Phase::kDraining);

  if (!stop(server, lane, python, signals)) {
    data.database.reset();  // closes the file in order
    signals.enter(StopSignals::Phase::kOver);
    std::fflush(nullptr);
    spdlog::default_logger()->flush();
    _exit(server.exit_code());
  }
  lane.close();
  return server.exit_code();
}

int run(const Options& options) {
  keep_little_memory();
  start_logging(options);
  auto data = open_hub_data(options.data);
  if (!data) return fail(data.error().detail);
  if (auto set = apply_settings(*data.value(), options); !set) return fail(set.error().detail);
  if (!options.log_level_given) apply_kept_log_level(data.value()->settings);
  return serve(options, *data.value());
}

}  // namespace
}  // namespace vhpy::embedded

int main(int argc, char** argv) {
  // A write to a connection whose other end is gone is an error of that connection. Libraries that scripts use, such as
  // uvloop, write without MSG_NOSIGNAL and leave it to the program to say so.
  std::signal(SIGPIPE, SIG_IGN);
  const auto parsed = vhpy::embedded::parse_options(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;
  return vhpy::embedded::run(parsed.options);
}
