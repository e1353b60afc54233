// See console.h. Each command is a named function; the table below is the only list of them.
#include "core/console.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/constants.h"
#include "core/script_files.h"
#include "core/wire_text.h"

namespace vhpy {
namespace {

using Reply = ScriptConsole::Reply;

// What a command works with.
struct Call {
  ScriptHost& scripts;
  const std::string& scripts_dir;
  const ConsoleSettings& settings;
  std::string_view argument;  // without blanks around it; empty if the command takes none
};

constexpr std::string_view kBlank = " \t";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<ScriptId> as_id(std::string_view text) {
  ScriptId id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return id;
}

// One spelling per file, so that "a/../b.py" and "b.py" are the same script.
std::filesystem::path canonical(const std::filesystem::path& path) {
  std::error_code error;
  const auto result = std::filesystem::weakly_canonical(path, error);
  return error ? path : result;
}

std::string resolve(const std::string& scripts_dir, std::string_view name) {
  if (name.find('/') != std::string_view::npos) return std::string(name);
  return (std::filesystem::path(scripts_dir) / name).string();
}

// A loaded script by id, by path, or by its bare file name where that is unambiguous. An operator who sees "hub_api.py" in
// !pylist, loaded from outside the scripts directory, may call it just that.
Result<ScriptInfo> find_loaded(const ScriptHost& scripts, const std::string& scripts_dir, std::string_view what) {
  const std::vector<ScriptInfo> loaded = scripts.list();
  if (const auto id = as_id(what)) {
    const auto found = std::find_if(loaded.begin(), loaded.end(), [&](const auto& s) { return s.id == *id; });
    if (found != loaded.end()) return *found;
    return refuse(Refusal::kNotFound, fmt::format("no script has the id {}; see !pylist", *id));
  }
  const auto path = canonical(resolve(scripts_dir, what));
  std::vector<ScriptInfo> namesakes;
  for (const ScriptInfo& script : loaded) {
    if (canonical(script.path) == path) return script;
    if (std::filesystem::path(script.path).filename() == what) namesakes.push_back(script);
  }
  if (namesakes.size() == 1) return namesakes.front();
  if (namesakes.empty()) return refuse(Refusal::kNotFound, fmt::format("{} is not loaded; see !pylist", what));
  return refuse(Refusal::kBadArgument, fmt::format("{} scripts are called {}; give the id, see !pylist",
                                                   namesakes.size(), what));
}

// What this console refuses is told as what the host refuses is: to the operator and to the log.
void refuse_to(const ScriptHost::Report& report, const Error& error) {
  spdlog::error("{}", error.detail);
  report(error);
}

ScriptHost::Report report_as(const char* done, const char* failed, Reply reply) {
  return [done, failed, reply = std::move(reply)](const Result<ScriptInfo>& result) {
    if (result) {
      reply(fmt::format("{}: {} {}", done, result.value().id, result.value().path));
    } else {
      reply(fmt::format("{}: {}", failed, result.error().detail));
    }
  };
}

// A number stands for a line of !pyfiles.
Result<std::string> file_to_load(const Call& call, std::string_view file) {
  const auto number = as_id(file);
  if (!number) return resolve(call.scripts_dir, file);
  const std::vector<std::string> names = script_files(call.scripts_dir);
  if (*number == 0 || *number > names.size()) {
    return refuse(Refusal::kNotFound, fmt::format("there is no file number {}; see !pyfiles", *number));
  }
  return resolve(call.scripts_dir, names[*number - 1]);
}

// "FILE", "FILE isolated", "FILE shared" or "FILE default": what follows the last blank, if it is one of these words.
constexpr std::string_view kDefault = "default";
struct FileAndMode {
  std::string_view file;
  std::string_view word;  // empty: none
};
FileAndMode split_mode(std::string_view argument) {
  const auto blank = argument.find_last_of(kBlank);
  if (blank == std::string_view::npos) return {argument, {}};
  const std::string_view word = argument.substr(blank + 1);
  if (word != kDefault && !script_mode(word)) return {argument, {}};
  return {trim(argument.substr(0, blank)), word};
}

// Keeps the mode that an operator has asked for, once the script has shown that it runs in it.
ScriptHost::Report remember_after(ScriptHost::Report report, const Call& call, const std::string& path,
                                  std::optional<ScriptMode> mode) {
  if (!call.settings.remember_mode) return report;
  return [report = std::move(report), remember = call.settings.remember_mode,
          name = std::filesystem::path(path).filename().string(), mode](const Result<ScriptInfo>& result) {
    if (result) {
      if (const Outcome kept = remember(name, mode); !kept) spdlog::error("mode of {} not kept: {}", name, kept.error().detail);
    }
    report(result);
  };
}

void load(const Call& call, Reply reply) {
  auto report = report_as("Script loaded", "Script not loaded", std::move(reply));
  const auto [file, word] = split_mode(call.argument);
  const Result<std::string> path = file_to_load(call, file);
  if (!path) return refuse_to(report, path.error());
  const std::optional<ScriptMode> mode = script_mode(word);
  if (word == kDefault && call.settings.remember_mode) {  // before the load, which asks what is remembered
    const std::string name = std::filesystem::path(path.value()).filename().string();
    if (const Outcome forgotten = call.settings.remember_mode(name, std::nullopt); !forgotten) {
      return refuse_to(report, forgotten.error());
    }
  } else if (mode) {
    report = remember_after(std::move(report), call, path.value(), mode);
  }
  call.scripts.load({path.value(), mode}, std::move(report));
}

void unload(const Call& call, Reply reply) {
  const auto script = find_loaded(call.scripts, call.scripts_dir, call.argument);
  auto report = report_as("Script unloaded", "Script not unloaded", std::move(reply));
  if (!script) return refuse_to(report, script.error());
  call.scripts.unload(script.value().id, std::move(report));
}

void reload(const Call& call, Reply reply) {
  const auto script = find_loaded(call.scripts, call.scripts_dir, call.argument);
  auto report = report_as("Script reloaded", "Script not reloaded", reply);
  if (script) return call.scripts.reload(script.value().id, std::move(report));
  // A file that is not loaded is loaded; a number or an ambiguous name cannot be meant as a file.
  if (as_id(call.argument) || script.error().code != Refusal::kNotFound) return refuse_to(report, script.error());
  load(call, std::move(reply));
}

std::string lines_of_left_standing(const ScriptHost& scripts) {
  const std::vector<std::string> standing = scripts.left_standing();
  if (standing.empty()) return {};
  std::string text = fmt::format("\r\nLeft standing, because threads of unloaded scripts still run ({}):", standing.size());
  for (const std::string& line : standing) text += "\r\n" + line;
  return text;
}

void list(const Call& call, Reply reply) {
  const std::vector<ScriptInfo> loaded = call.scripts.list();
  const std::string standing = lines_of_left_standing(call.scripts);
  if (loaded.empty()) return reply("No scripts are loaded." + standing);
  std::string text = "Loaded scripts (id, path, mode):";
  for (const ScriptInfo& script : loaded) {
    text += fmt::format("\r\n{} {} [{}]", script.id, script.path, to_string(script.mode));
  }
  reply(std::move(text) + standing);
}

void list_files(const Call& call, Reply reply) {
  const std::vector<std::string> names = script_files(call.scripts_dir);
  if (names.empty()) return reply(fmt::format("There are no scripts in {}.", call.scripts_dir));
  std::string text = fmt::format("Scripts in {} (number, file):", call.scripts_dir);
  std::size_t number = 0;
  for (const std::string& name : names) text += fmt::format("\r\n{} {}", ++number, name);
  reply(std::move(text));
}

void set_log_level(const Call& call, Reply reply) {
  const auto level = as_id(call.argument);
  if (!level || *level > kMaxLogLevel) {
    return reply(fmt::format("The log level is a number from 0 (errors only) to {} (everything), not {}.", kMaxLogLevel,
                             call.argument));
  }
  if (!call.settings.set_log_level) return reply("This hub has no log level that can be set.");
  const Outcome set = call.settings.set_log_level(static_cast<int>(*level));
  reply(set ? fmt::format("The log level is {}.", *level) : "Log level not set: " + set.error().detail);
}

void show_statistics(const Call& call, Reply reply) {
  reply(call.settings.statistics ? call.settings.statistics() : "This hub keeps no statistics.");
}

struct Command {
  std::string_view word;
  std::string_view argument;  // what a usage line calls it; empty = takes none
  void (*run)(const Call&, Reply);
};

constexpr Command kCommands[] = {
    {"!pyfiles", "", list_files},          {"!pylist", "", list},
    {"!pyload", "FILE|PATH|N [shared|isolated|default]", load},
    {"!pyunload", "FILE|PATH|ID", unload},
    {"!pyreload", "FILE|PATH|ID", reload}, {"!pylog", "N", set_log_level},
    {"!pystats", "", show_statistics},
};

}  // namespace

ScriptConsole::ScriptConsole(ScriptHost& scripts, std::string scripts_dir, ConsoleSettings settings)
    : scripts_(scripts), scripts_dir_(std::move(scripts_dir)), settings_(std::move(settings)) {}

bool ScriptConsole::handle(std::string_view bytes, int user_class, Reply to_operator) {
  const std::string encoding = settings_.encoding ? settings_.encoding() : std::string();
  const std::string text = from_wire(bytes, encoding);
  Reply reply = [encoding, to_operator = std::move(to_operator)](const std::string& answer) {
    to_operator(to_wire(answer, encoding));
  };
  const std::string_view line = trim(text);
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  const std::string_view argument = trim(line.substr(word.size()));
  const auto command =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const auto& c) { return c.word == word; });
  if (command == std::end(kCommands)) return false;
  const std::int64_t least = settings_.least_class ? settings_.least_class() : std::int64_t{kAdmin};
  if (user_class < least) {
    reply(fmt::format("You have no rights to use {}: it needs class {} or above.", word, least));
  } else if (argument.empty() != command->argument.empty()) {
    reply(fmt::format("Usage: {}{}{}", word, command->argument.empty() ? "" : " ", command->argument));
  } else {
    command->run({scripts_, scripts_dir_, settings_, argument}, std::move(reply));
  }
  return true;
}

}  // namespace vhpy
