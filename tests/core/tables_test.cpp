// Shows that the tables of functions and hooks are whole: every row can be derived from, none hides another, and what
// rows say of themselves is usable as Python text. Deterministic, no threads.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/constants.h"
#include "core/function_table.h"
#include "core/hooks.h"

namespace vhpy {
namespace {

// Words that cannot be a keyword argument in Python; inspect.signature refuses a text signature that has one.
const std::set<std::string> kPythonKeywords{"from", "class", "in", "is", "not", "def", "pass", "return", "global"};

bool is_identifier(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  for (const char c : name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!word) return false;
  }
  return true;
}

template <class Visit>
void each_row(Visit visit) {
  Functions::for_each([&]<const auto& Row>() { visit(Row); });
}

TEST(FunctionTable, NamesAreUniqueIdentifiers) {
  std::set<std::string> seen;
  each_row([&](const auto& row) {
    EXPECT_TRUE(is_identifier(row.name)) << row.name;
    EXPECT_TRUE(seen.insert(row.name).second) << row.name << " stands twice";
  });
  EXPECT_EQ(seen.size(), Functions::kSize);
}

TEST(FunctionTable, ParametersCanBeKeywords) {
  each_row([](const auto& row) {
    std::set<std::string> seen;
    for (const Param& p : row.params) {
      const std::string name(p.name);
      EXPECT_TRUE(is_identifier(name)) << row.name << ": " << name;
      EXPECT_FALSE(kPythonKeywords.contains(name)) << row.name << ": " << name;
      EXPECT_TRUE(seen.insert(name).second) << row.name << ": " << name << " stands twice";
    }
  });
}

TEST(FunctionTable, RequiredParametersComeFirst) {
  each_row([](const auto& row) {
    bool optional_seen = false;
    for (const Param& p : row.params) {
      const bool required = p.fallback.kind == Default::Kind::kRequired;
      EXPECT_FALSE(required && optional_seen) << row.name << ": " << p.name << " follows an optional one";
      optional_seen = optional_seen || !required;
    }
  });
}

// The default of a parameter has the type that the operation takes: None only where it takes std::optional.
template <class Argument>
bool fits(Default::Kind kind) {
  switch (kind) {
    case Default::Kind::kRequired: return true;
    case Default::Kind::kNone: return requires { typename Argument::value_type; std::declval<Argument>().has_value(); };
    case Default::Kind::kInteger: return std::is_same_v<Argument, std::int64_t>;
    case Default::Kind::kText: return std::is_same_v<Argument, std::string>;
    case Default::Kind::kRest: return std::is_same_v<Argument, DynamicValues>;
  }
  return false;
}

TEST(FunctionTable, DefaultsFitTheOperation) {
  each_row([]<class Row>(const Row& row) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const std::vector<bool> fitting{
          fits<std::tuple_element_t<I, typename Row::Arguments>>(row.params[I].fallback.kind)...};
      for (std::size_t p = 0; p < fitting.size(); ++p) EXPECT_TRUE(fitting[p]) << row.name << ": parameter " << p;
    }(std::make_index_sequence<Row::kArity>{});
  });
}

TEST(HookTable, RowsStandAtTheirId) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < kHooks.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kHooks[i].id), i) << kHooks[i].name;
    EXPECT_TRUE(seen.insert(kHooks[i].name).second) << kHooks[i].name;
    EXPECT_LE(kHooks[i].arity, Hook::kMaxParams);
    for (std::size_t p = 0; p < Hook::kMaxParams; ++p) {
      EXPECT_EQ(is_identifier(kHooks[i].params[p].name), p < kHooks[i].arity) << kHooks[i].name << " parameter " << p;
    }
    EXPECT_GT(std::string_view(kHooks[i].doc).size(), 10u) << kHooks[i].name;
  }
}

TEST(Constants, NamesAreUnique) {
  std::set<std::string_view> seen;
  for (const Constant& c : kConstants) EXPECT_TRUE(seen.insert(c.name).second) << c.name;
}

}  // namespace
}  // namespace vhpy
