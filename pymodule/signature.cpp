#include "pymodule/signature.h"

#include <fmt/format.h>

namespace vhpy::py {
namespace {

// As a Python literal: inspect.signature() evaluates it.
std::string literal(const Default& value) {
  switch (value.kind) {
    case Default::Kind::kRequired:
    case Default::Kind::kRest:
      break;
    case Default::Kind::kNone:
      return "None";
    case Default::Kind::kInteger:
      return std::to_string(value.integer);
    case Default::Kind::kText: {
      std::string text = "'";
      for (const char c : value.text) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
      }
      return text + "'";
    }
  }
  return {};
}

}  // namespace

std::string doc_with_signature(const char* name, std::span<const Param> params, const char* doc, Form form) {
  std::string text = fmt::format("{}(${}, /", name, form == Form::kBatched ? "self" : "module");
  for (const Param& param : params) {
    const bool rest = param.fallback.kind == Default::Kind::kRest;
    text += fmt::format(", {}{}", rest ? "*" : "", param.name);
    if (!rest && param.fallback.kind != Default::Kind::kRequired) text += "=" + literal(param.fallback);
  }
  text += ")\n--\n\n";
  if (form == Form::kAwaitable) {
    text += fmt::format(
        "The awaitable form of vh.{}(): hands the call over at once and returns a vh.Future.\n\n", name);
  }
  if (form == Form::kBatched) {
    text += fmt::format("vh.{}() as one call of the batch. Returns a vh.Future, which is done when the block is left.\n\n", name);
  }
  if (form == Form::kPosted) {
    text += fmt::format(
        "The posted form of vh.{}(): hands the call over at once and returns None, whatever becomes of it.\n\n", name);
  }
  if (form == Form::kCached) {
    text += fmt::format("The cached form of vh.{}(): answers from the hub's live copy, without asking the hub thread.\n\n", name);
  }
  return text + doc;
}

}  // namespace vhpy::py
