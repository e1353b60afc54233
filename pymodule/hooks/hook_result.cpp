// See hook_result.h.
#include "pymodule/hooks/hook_result.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/spdlog.h>

#include "pymodule/host/traceback.h"

namespace vhpy::py {
namespace {

constexpr char kCommandEnd = '|';

bool is_pair(Borrowed value) { return PyTuple_Check(value.get()) && PyTuple_GET_SIZE(value.get()) == 2; }
bool is_text_or_none(Borrowed value) { return value.get() == Py_None || PyUnicode_Check(value.get()); }

// 0 and False block. Compared with a long, so that a huge int is simply not 0.
bool is_block(Borrowed integer) {
  int overflow = 0;
  return PyLong_AsLongAndOverflow(integer.get(), &overflow) == 0 && overflow == 0;
}

void substitute(Borrowed text, const TextCodec& codec, Owned& argument, std::optional<std::string>& into) {
  if (text.get() == Py_None) return;
  std::string bytes;
  if (!codec.encode(text, bytes)) {
    spdlog::error("a hook's replacement text is lost: {}", take_raised().line);
    return;
  }
  argument = text.own();
  into = std::move(bytes);
}

bool add_chat_answer(Borrowed returned, const TextCodec& codec, std::span<Owned> arguments, HookResult& total) {
  if (PyUnicode_Check(returned.get())) {
    substitute(returned, codec, arguments[1], total.text);
    return true;
  }
  if (!is_pair(returned)) return false;
  const Borrowed nick = PyTuple_GET_ITEM(returned.get(), 0);
  const Borrowed text = PyTuple_GET_ITEM(returned.get(), 1);
  if (!is_text_or_none(nick) || !is_text_or_none(text)) return false;
  substitute(nick, codec, arguments[0], total.nick);
  substitute(text, codec, arguments[1], total.text);
  return true;
}

// The hook's arguments are the nick and then the five fields.
bool add_my_info_answer(Borrowed returned, const TextCodec& codec, std::span<Owned> arguments, HookResult& total) {
  constexpr std::size_t kFields = 5;
  if (!PyTuple_Check(returned.get()) || PyTuple_GET_SIZE(returned.get()) != kFields) return false;
  for (std::size_t i = 0; i < kFields; ++i) {
    if (!is_text_or_none(PyTuple_GET_ITEM(returned.get(), static_cast<Py_ssize_t>(i)))) return false;
  }
  if (!total.my_info) total.my_info.emplace();
  MyInfoChange& change = *total.my_info;
  const std::array<std::optional<std::string>*, kFields> into{&change.description, &change.tag, &change.speed,
                                                              &change.mail, &change.size};
  for (std::size_t i = 0; i < kFields; ++i) {
    substitute(PyTuple_GET_ITEM(returned.get(), static_cast<Py_ssize_t>(i)), codec, arguments[i + 1], *into[i]);
  }
  return true;
}

bool add_reply_answer(Borrowed returned, const TextCodec& codec, HookResult& total) {
  if (!is_pair(returned)) return false;
  const Borrowed data = PyTuple_GET_ITEM(returned.get(), 0);
  const Borrowed decision = PyTuple_GET_ITEM(returned.get(), 1);
  if (!is_text_or_none(data) || !PyLong_Check(decision.get())) return false;
  if (is_block(decision)) total.allow = false;
  if (data.get() == Py_None || PyUnicode_GET_LENGTH(data.get()) == 0) return true;
  std::string bytes;
  if (!codec.encode(data, bytes)) {
    spdlog::error("a hook's reply is lost: {}", take_raised().line);
    return true;
  }
  if (bytes.back() != kCommandEnd) bytes += kCommandEnd;  // here, not by the host: another script's reply may follow
  total.reply += bytes;
  return true;
}

}  // namespace

bool add_answer(HookId id, Borrowed returned, const TextCodec& codec, std::span<Owned> arguments, HookResult& total) {
  if (returned.get() == Py_None) return true;
  if (PyLong_Check(returned.get())) {
    if (is_block(returned)) total.allow = false;
    return true;
  }
  switch (hook(id).answer) {
    case HookAnswer::kChat: return add_chat_answer(returned, codec, arguments, total);
    case HookAnswer::kMyInfo: return add_my_info_answer(returned, codec, arguments, total);
    case HookAnswer::kReply: break;
  }
  return add_reply_answer(returned, codec, total);
}

std::span<const HookArg> as_changed(HookId id, std::span<const HookArg> arguments, const HookResult& total,
                                    std::span<HookArg> into) {
  std::copy(arguments.begin(), arguments.end(), into.begin());
  const auto change = [&](std::size_t at, const std::optional<std::string>& text) {
    if (text) into[at] = std::string_view(*text);
  };
  if (hook(id).answer == HookAnswer::kChat) {
    change(0, total.nick);
    change(1, total.text);
  } else if (hook(id).answer == HookAnswer::kMyInfo && total.my_info) {
    const MyInfoChange& changed = *total.my_info;
    const std::array fields{&changed.description, &changed.tag, &changed.speed, &changed.mail, &changed.size};
    for (std::size_t i = 0; i < fields.size(); ++i) change(i + 1, *fields[i]);
  }
  return into.first(arguments.size());
}

const char* expected_answer(HookId id) {
  switch (hook(id).answer) {
    case HookAnswer::kChat: return "None, an int, a str (the new text) or a tuple (nick or None, text or None)";
    case HookAnswer::kMyInfo: return "None, an int or a tuple (desc, tag, speed, mail, size), each a str or None";
    case HookAnswer::kReply: break;
  }
  return "None, an int or a tuple (raw data or None, int)";
}

}  // namespace vhpy::py
