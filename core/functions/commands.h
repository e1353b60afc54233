// Rows: commands of users and scripts, the database, functions of plugins.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kParseCommand = function<&Hub::parse_command>(
    "ParseCommand", Effect::kWrites,
    "Runs a chat command as if an online user had typed it, with that user's rights.\n\nnick: who. cmd: the command,\n"
    "with its first character. pm: not 0 if it is to be answered by private message. Returns False if nick is not\n"
    "online, cmd is no command for that user, or commands run each other too deeply; what the command itself says goes\n"
    "to the user.",
    param("nick"), param("cmd"), param("pm"));

inline constexpr auto kScriptCommand = function<&Hub::script_command>(
    "ScriptCommand", Effect::kWrites,
    "Calls OnScriptCommand in all scripts, the caller's included.\n\ncmd, data: what it is given. inst: above 0 calls\n"
    "it at once; else it is queued to the hub's next tick, which is within a second. Returns False if the queue is full\n"
    "or such calls are nested too deeply.",
    param("cmd"), param("data"), param("inst", 0));

inline constexpr auto kSQL = function<&Hub::sql>(
    "SQL", Effect::kWrites,
    "Runs one SQL statement on the hub's database: reglist, banlist, kicklist, SetupList, and tables that scripts\n"
    "create. Write MySQL's dialect: Verlihub's database is MySQL or MariaDB; the embedded hub's is SQLite, which\n"
    "understands that dialect here, and follows it where the two differ: \"text\" is a string, a backslash in it escapes,\n"
    "text in tables compares without ASCII case. The hub waits until the database has answered.\n\n"
    "query: the statement. limit: rows at most; below 1 is 100. Returns a tuple (ok, rows): (1, rows) with rows as\n"
    "lists of str, NULL as 'NULL', or (0, []) if it was refused; the log says why. What it changes in the hub's tables\n"
    "holds at once, but on Verlihub settings (SetupList) hold after !reload, and so do new rows of reglist if its setting\n"
    "use_reglist_cache is on; SetConfig and AddRegUser need no !reload. Passwords are hashed by the hub alone: leave\n"
    "login_pwd out, and the user is asked to choose one.",
    param("query"), param("limit", 100));

inline constexpr auto kCallDynamicFunction = function<&Hub::call_dynamic_function>(
    "CallDynamicFunction", Effect::kWrites,
    "Calls a function that a plugin of the hub has registered.\n\nname: the function. args: what it is given: None, int,\n"
    "float, str, and lists, tuples, sets and dicts of these. Returns what the function returns. Raises RuntimeError if\n"
    "none is registered or the function refuses, NameError for an unknown name, TypeError for a bad argument.",
    param("name"), rest("args"));

struct CommandFunctions {
  static constexpr const char* kTitle = "Commands, the database, functions of plugins";
  using Table = FunctionTable<kParseCommand, kScriptCommand, kSQL, kCallDynamicFunction>;
};

}  // namespace vhpy::functions
