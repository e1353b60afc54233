// A hub whose hooks note how they were called, and answer what the test has laid out for them.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {

using Args = std::span<const HookArg>;
using Said = std::vector<std::string>;

class HooksTest : public HubTest {
 protected:
  // Notes each call of the hook as "OnName a,b,c"; `answer` is what the scripts say.
  void watch(HookId id, HookResult answer = {}) {
    scripts.define(id, [this, id, answer](Args args) {
      std::string line = hook(id).name;
      EXPECT_EQ(args.size(), hook(id).arity) << line;
      for (std::size_t i = 0; i < args.size(); ++i) line += (i == 0 ? " " : ",") + shown(id, i, args[i]);
      said.push_back(std::move(line));
      return answer;
    });
  }
  void block(HookId id) { watch(id, FakeScripts::allow(false)); }
  Said take() { return std::exchange(said, {}); }
  bool was_said(const std::string& line) const { return std::find(said.begin(), said.end(), line) != said.end(); }

  Said said;

 private:
  // Text, or digits; that the type is the table's is checked on the way.
  static std::string shown(HookId id, std::size_t at, const HookArg& arg) {
    switch (hook(id).params[at].type) {
      case HookArgType::kText:
      case HookArgType::kPath: return std::string(std::get<std::string_view>(arg));
      case HookArgType::kInteger: return std::to_string(std::get<std::int64_t>(arg));
      case HookArgType::kReal: return std::to_string(static_cast<std::int64_t>(std::get<double>(arg)));
    }
    return {};
  }
};

}  // namespace vhpy::embedded
