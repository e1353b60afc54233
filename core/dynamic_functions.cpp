#include "core/dynamic_functions.h"

#include <exception>

namespace vhpy {

Outcome DynamicFunctions::add(std::string name, DynamicFunction function) {
  if (name.empty() || name.size() > kMaxNameBytes || !function) {
    return refuse(Refusal::kBadArgument,
                  "expected a function and a name of 1 to " + std::to_string(kMaxNameBytes) + " bytes");
  }
  if (functions_.contains(name)) return refuse(Refusal::kExists, "there is a function '" + name + "' already");
  if (functions_.size() >= kMaxFunctions) {
    return refuse(Refusal::kUnavailable, "there are " + std::to_string(kMaxFunctions) + " functions already");
  }
  functions_.emplace(std::move(name), std::make_shared<const DynamicFunction>(std::move(function)));
  return Done{};
}

Outcome DynamicFunctions::remove(std::string_view name) {
  const auto found = functions_.find(name);
  if (found == functions_.end()) return refuse(Refusal::kNotFound, "there is no function '" + std::string(name) + "'");
  functions_.erase(found);
  return Done{};
}

DynamicAnswer DynamicFunctions::call(std::string_view name, std::span<const DynamicValue> arguments) {
  using Kind = DynamicAnswer::Kind;
  const auto failed = [](Kind kind, std::string detail) { return DynamicAnswer{kind, {}, std::move(detail)}; };
  if (functions_.empty()) return failed(Kind::kNoneRegistered, "no dynamic function is registered");
  const auto found = functions_.find(name);
  if (found == functions_.end()) {
    return failed(Kind::kUnknownName, "there is no dynamic function '" + std::string(name.substr(0, kMaxNameBytes)) + "'");
  }
  if (depth_ >= kMaxDepth) return failed(Kind::kRefused, "dynamic functions call each other too deeply");
  struct Depth {
    int& depth;
    explicit Depth(int& counted) : depth(counted) { ++depth; }
    ~Depth() { --depth; }
  } const inside(depth_);
  const std::shared_ptr<const DynamicFunction> function = found->second;
  try {
    Result<DynamicValue> result = (*function)(arguments);
    if (result) return {Kind::kValue, std::move(result).value(), {}};
    const bool argument = result.error().code == Refusal::kBadArgument;
    return failed(argument ? Kind::kBadArgument : Kind::kRefused, result.error().detail);
  } catch (const std::exception& thrown) {
    return failed(Kind::kRefused, thrown.what());
  }
}

}  // namespace vhpy
