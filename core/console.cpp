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

#include "core/constants.h"

namespace vhpy {
namespace {

using Reply = ScriptConsole::Reply;

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

ScriptHost::Report report_as(const char* done, const char* failed, Reply reply) {
  return [done, failed, reply = std::move(reply)](const Result<ScriptInfo>& result) {
    if (result) {
      reply(fmt::format("{}: {} {}", done, result.value().id, result.value().path));
    } else {
      reply(fmt::format("{}: {}", failed, result.error().detail));
    }
  };
}

void load(ScriptHost& scripts, const std::string& scripts_dir, std::string_view what, Reply reply) {
  scripts.load(resolve(scripts_dir, what), report_as("Script loaded", "Script not loaded", std::move(reply)));
}

void unload(ScriptHost& scripts, const std::string& scripts_dir, std::string_view what, Reply reply) {
  const auto script = find_loaded(scripts, scripts_dir, what);
  auto report = report_as("Script unloaded", "Script not unloaded", std::move(reply));
  if (!script) return report(script.error());
  scripts.unload(script.value().id, std::move(report));
}

void reload(ScriptHost& scripts, const std::string& scripts_dir, std::string_view what, Reply reply) {
  const auto script = find_loaded(scripts, scripts_dir, what);
  auto report = report_as("Script reloaded", "Script not reloaded", reply);
  if (script) return scripts.reload(script.value().id, std::move(report));
  // A file that is not loaded is loaded; a number or an ambiguous name cannot be meant as a file.
  if (as_id(what) || script.error().code != Refusal::kNotFound) return report(script.error());
  load(scripts, scripts_dir, what, std::move(reply));
}

void list(ScriptHost& scripts, const std::string&, std::string_view, Reply reply) {
  const std::vector<ScriptInfo> loaded = scripts.list();
  if (loaded.empty()) return reply("No scripts are loaded.");
  std::string text = "Loaded scripts (id, path):";
  for (const ScriptInfo& script : loaded) text += fmt::format("\r\n{} {}", script.id, script.path);
  reply(std::move(text));
}

struct Command {
  std::string_view word;
  std::string_view argument;  // what a usage line calls it; empty = takes none
  void (*run)(ScriptHost&, const std::string&, std::string_view, Reply);
};

constexpr Command kCommands[] = {
    {"!pyload", "FILE", load},
    {"!pyunload", "FILE|ID", unload},
    {"!pyreload", "FILE|ID", reload},
    {"!pylist", "", list},
};

}  // namespace

ScriptConsole::ScriptConsole(ScriptHost& scripts, std::string scripts_dir)
    : scripts_(scripts), scripts_dir_(std::move(scripts_dir)) {}

bool ScriptConsole::handle(std::string_view line, int user_class, Reply reply) {
  line = trim(line);
  const std::string_view word = line.substr(0, line.find_first_of(kBlank));
  const std::string_view argument = trim(line.substr(word.size()));
  const auto command =
      std::find_if(std::begin(kCommands), std::end(kCommands), [&](const auto& c) { return c.word == word; });
  if (command == std::end(kCommands)) return false;
  if (user_class < kAdmin) {
    reply(fmt::format("You have no rights to use {}: it needs class {} or above.", word, static_cast<int>(kAdmin)));
  } else if (argument.empty() != command->argument.empty()) {
    reply(fmt::format("Usage: {}{}{}", word, command->argument.empty() ? "" : " ", command->argument));
  } else {
    command->run(scripts_, scripts_dir_, argument, std::move(reply));
  }
  return true;
}

}  // namespace vhpy
