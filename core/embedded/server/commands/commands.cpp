#include "core/embedded/server/commands/commands.h"

#include <fmt/format.h>

#include "core/console.h"
#include "core/embedded/server/commands/command_table.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/voice.h"

namespace vhpy::embedded {

namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

std::string_view CommandCall::word() {
  args = trimmed(args);
  const auto end = args.find_first_of(kBlank);
  const std::string_view taken = args.substr(0, end);
  args.remove_prefix(taken.size());
  return taken;
}

std::string_view CommandCall::rest() const { return trimmed(args); }

void CommandCall::reply(std::string_view text) const {
  if (in_pm_) {
    context.voice->whisper(*session, text);
  } else {
    context.voice->tell(*session, text);
  }
}

void CommandCall::reply_long(std::string_view text) const { context.voice->whisper(*session, text); }

void CommandCall::report(const Outcome& outcome, std::string_view done) const {
  reply(outcome ? done : std::string_view(outcome.error().detail));
}

bool Commands::is_command(const Session& session, std::string_view text) const {
  if (session.user_class >= kOperator && begins_with(text, Var::kCmdStartOp)) return true;
  return begins_with(text, Var::kCmdStartUser);
}

bool Commands::begins_with(std::string_view text, Var characters) const {
  return !text.empty() && context_.text(characters).find(text.front()) != std::string::npos;
}

// operators: whether the hub has such a command for operators. What is none of theirs is a user's command too.
bool Commands::scripts_allow(const std::shared_ptr<Session>& session, std::string_view line, bool operators) {
  Hooks& hooks = *context_.hooks;
  const bool as_op = session->user_class >= kOperator && begins_with(line, Var::kCmdStartOp);
  if (as_op && !hooks.allows(HookId::kOnOperatorCommand, session.get(), session->nick, line)) return false;
  if (session->leaving()) return false;
  if ((as_op && operators) || !begins_with(line, Var::kCmdStartUser)) return true;
  return hooks.allows(HookId::kOnUserCommand, session.get(), session->nick, line) && !session->leaving();
}

void Commands::run(const std::shared_ptr<Session>& session, std::string_view text, Where where) {
  const std::string line(text);  // a script may have the frame's connection read on
  const bool in_pm = where == Where::kPrivate;
  const std::string_view prefix = std::string_view(line).substr(0, 1), body = std::string_view(line).substr(1);
  const HookResult result = context_.hooks->fire(
      HookId::kOnHubCommand,
      {std::string_view(session->nick), body, std::int64_t{session->user_class}, std::int64_t{in_pm}, prefix},
      session.get());
  if (!result.allow || session->leaving() || run_console(session, line)) return;

  CommandCall call(context_, login_, changes_, session, in_pm);
  call.args = body;
  const std::string_view name = call.word();
  const FoundCommand found = find_command(name);
  const bool operators = found.row != nullptr && min_class(context_, *found.row) >= kOperator;
  if (!scripts_allow(session, line, operators)) return;
  if (found.row == nullptr) return call.reply(fmt::format("There is no command {}{}; see +help.", prefix, name));
  const std::int64_t needed = min_class(context_, *found.row);
  if (session->user_class < needed) {
    return call.reply(fmt::format("{}{} is for class {} and above.", prefix, name, needed));
  }
  call.suffix = found.suffix;
  found.row->run(call);
}

// Only after a literal '!', and for operators only, as on Verlihub; the console itself asks for more.
bool Commands::run_console(const std::shared_ptr<Session>& session, std::string_view line) {
  if (context_.console == nullptr || line.front() != '!' || session->user_class < kOperator) return false;
  return context_.console->handle(line, session->user_class, [this, nick = session->nick](const std::string& text) {
    const auto user = context_.users.find(nick);
    if (user && user->session) context_.voice->tell(*user->session, text);
  });
}

}  // namespace vhpy::embedded
