#include "tests/core/plugin/test_plugin.h"

#include <fmt/core.h>

namespace vhpy::tests {
namespace {

Result<DynamicValue> sum(std::span<const DynamicValue> arguments) {
  std::int64_t total = 0;
  for (const DynamicValue& argument : arguments) {
    if (!argument.is<std::int64_t>()) return refuse(Refusal::kBadArgument, "plugin.sum takes whole numbers");
    total += argument.as<std::int64_t>();
  }
  return DynamicValue{total};
}

Result<DynamicValue> echo(std::span<const DynamicValue> arguments) {
  return DynamicValue{DynamicValue::List(arguments.begin(), arguments.end())};
}

Result<DynamicValue> describe(std::span<const DynamicValue> arguments) {
  DynamicValue::List kinds;
  for (const DynamicValue& argument : arguments) kinds.push_back({static_cast<std::int64_t>(argument.data.index())});
  return DynamicValue{DynamicValue::Dict{{"count", {static_cast<std::int64_t>(arguments.size())}}, {"kinds", {kinds}}}};
}

Result<DynamicValue> busy(std::span<const DynamicValue>) { return refuse(Refusal::kUnavailable, "the shop is closed"); }

// Deeper than anything that Python takes.
Result<DynamicValue> deep(std::span<const DynamicValue>) {
  DynamicValue value;
  for (int i = 0; i < 100; ++i) value = DynamicValue{DynamicValue::List{value}};
  return value;
}

struct Offer {
  const char* name;
  Result<DynamicValue> (*function)(std::span<const DynamicValue>);
};
constexpr Offer kOffers[] = {{"plugin.sum", sum},
                             {"plugin.echo", echo},
                             {"plugin.describe", describe},
                             {"plugin.busy", busy},
                             {"plugin.deep", deep}};

}  // namespace
}  // namespace vhpy::tests

void start_test_plugin(vhpy::DynamicFunctions& functions) {
  for (const auto& offer : vhpy::tests::kOffers) {
    if (auto added = functions.add(offer.name, offer.function); !added) {
      fmt::print(stderr, "{}: {}\n", offer.name, added.error().detail);
    }
  }
}

void stop_test_plugin(vhpy::DynamicFunctions& functions) {
  for (const auto& offer : vhpy::tests::kOffers) {
    if (auto removed = functions.remove(offer.name); !removed) fmt::print(stderr, "{}: {}\n", offer.name, removed.error().detail);
  }
}
