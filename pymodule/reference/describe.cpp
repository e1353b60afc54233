// vhpy-describe: prints the tables of functions, hooks and constants as JSON, for render.py, which makes the stub and the
// reference page of them. Needs no hub and no Python.
#include <iostream>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "core/constants.h"
#include "core/function_table.h"
#include "core/hooks.h"
#include "pymodule/reference/python_types.h"

namespace vhpy::py {
namespace {

using nlohmann::json;

json describe(const Default& fallback) {
  switch (fallback.kind) {
    case Default::Kind::kRequired: return {{"required", true}};
    case Default::Kind::kNone: return {{"required", false}, {"value", nullptr}};
    case Default::Kind::kInteger: return {{"required", false}, {"value", fallback.integer}};
    case Default::Kind::kRest: return {{"required", true}, {"rest", true}};
    case Default::Kind::kText: return {{"required", false}, {"value", std::string(fallback.text)}};
  }
  return {};
}

const char* to_text(Effect effect) {
  switch (effect) {
    case Effect::kReads: return "reads";
    case Effect::kWrites: return "writes";
    case Effect::kSends: return "sends";
    case Effect::kNone: return "none";
  }
  return "";
}

template <class Arguments, std::size_t... I>
json describe_params(const std::array<Param, sizeof...(I)>& params, std::index_sequence<I...>) {
  json all = json::array();
  (all.push_back({{"name", std::string(params[I].name)},
                  {"type", PythonType<std::tuple_element_t<I, Arguments>>::name()},
                  {"default", describe(params[I].fallback)}}),
   ...);
  return all;
}

// How many of its parameters the cached form takes; null: there is none.
template <class F>
json describe_cached() {
  if constexpr (F::kCached) {
    using Reading = ReadingTraits<std::remove_cv_t<decltype(F::kReading)>>;
    return std::tuple_size_v<typename Reading::Arguments>;
  } else {
    return nullptr;
  }
}

template <const auto& Row>
json describe_function(const char* topic) {
  using F = std::remove_cvref_t<decltype(Row)>;
  return {{"name", Row.name},
          {"topic", topic},
          {"effect", to_text(Row.effect)},
          {"doc", Row.doc},
          {"returns", PythonType<typename F::Value>::name()},
          {"cached", describe_cached<F>()},
          {"params", describe_params<typename F::Arguments>(Row.params, std::make_index_sequence<F::kArity>())}};
}

json describe_functions() {
  json all = json::array();
  Topics::for_each([&]<class Topic>() {
    Topic::Table::for_each([&]<const auto& Row>() { all.push_back(describe_function<Row>(Topic::kTitle)); });
  });
  return all;
}

const char* to_text(HookArgType type) {
  switch (type) {
    case HookArgType::kText:
    case HookArgType::kPath: return "str";
    case HookArgType::kInteger: return "int";
    case HookArgType::kReal: return "float";
  }
  return "";
}

json describe_hooks() {
  json all = json::array();
  for (const Hook& hook : kHooks) {
    json params = json::array();
    for (std::size_t i = 0; i < hook.arity; ++i) {
      params.push_back({{"name", std::string(hook.params[i].name)}, {"type", to_text(hook.params[i].type)}});
    }
    all.push_back({{"name", hook.name}, {"doc", hook.doc}, {"params", params}});
  }
  return all;
}

json describe_constants() {
  json all = json::array();
  for (const Constant& constant : kConstants) {
    all.push_back({{"name", std::string(constant.name)}, {"value", constant.value}});
  }
  return all;
}

}  // namespace
}  // namespace vhpy::py

int main() {
  using namespace vhpy::py;
  const json all = {{"functions", describe_functions()}, {"hooks", describe_hooks()}, {"constants", describe_constants()}};
  std::cout << all.dump(1) << '\n';
  return std::cout ? 0 : 1;
}
