// Shows the registry of functions that plugins offer, with a plugin that is a shared library of its own.
#include "core/dynamic_functions.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace vhpy {
namespace {

using Kind = DynamicAnswer::Kind;

DynamicValue text(const char* value) { return DynamicValue{std::string(value)}; }
DynamicValue number(std::int64_t value) { return DynamicValue{value}; }

TEST(DynamicFunctions, NoneRegisteredAndUnknownNamesDiffer) {
  DynamicFunctions functions;
  EXPECT_EQ(functions.call("x", {}).kind, Kind::kNoneRegistered);
  ASSERT_TRUE(functions.add("y", [](auto) { return DynamicValue{}; }).ok());
  EXPECT_EQ(functions.call("x", {}).kind, Kind::kUnknownName);
  EXPECT_TRUE(functions.call("y", {}).value.is<DynamicValue::Nothing>());
}

TEST(DynamicFunctions, NamesAreTakenOnceAndBounded) {
  DynamicFunctions functions;
  const auto nothing = [](auto) { return DynamicValue{}; };
  ASSERT_TRUE(functions.add("a", nothing).ok());
  EXPECT_EQ(functions.add("a", nothing).error().code, Refusal::kExists);
  EXPECT_EQ(functions.add("", nothing).error().code, Refusal::kBadArgument);
  EXPECT_EQ(functions.add(std::string(300, 'x'), nothing).error().code, Refusal::kBadArgument);
  EXPECT_EQ(functions.add("b", nullptr).error().code, Refusal::kBadArgument);
  EXPECT_TRUE(functions.remove("a").ok());
  EXPECT_EQ(functions.remove("a").error().code, Refusal::kNotFound);
  for (std::size_t i = 0; i < DynamicFunctions::kMaxFunctions; ++i) {
    ASSERT_TRUE(functions.add(std::to_string(i), nothing).ok());
  }
  EXPECT_EQ(functions.add("one more", nothing).error().code, Refusal::kUnavailable);
}

TEST(DynamicFunctions, FailuresKeepTheirKind) {
  DynamicFunctions functions;
  const auto refusing = [](Refusal code) {
    return [code](std::span<const DynamicValue>) -> Result<DynamicValue> { return refuse(code, "because"); };
  };
  ASSERT_TRUE(functions.add("bad", refusing(Refusal::kBadArgument)).ok());
  ASSERT_TRUE(functions.add("missing", refusing(Refusal::kNotFound)).ok());
  ASSERT_TRUE(functions.add("throws", [](auto) -> Result<DynamicValue> { throw std::runtime_error("thrown"); }).ok());
  EXPECT_EQ(functions.call("bad", {}).kind, Kind::kBadArgument);
  EXPECT_EQ(functions.call("missing", {}).kind, Kind::kRefused) << "not an unknown name";
  EXPECT_EQ(functions.call("missing", {}).detail, "because");
  EXPECT_EQ(functions.call("throws", {}).detail, "thrown");
}

TEST(DynamicFunctions, AFunctionMayRemoveItself) {
  DynamicFunctions functions;
  const std::string captured(1'000, 'x');
  ASSERT_TRUE(functions
                  .add("once",
                       [&functions, captured](auto) -> Result<DynamicValue> {
                         EXPECT_TRUE(functions.remove("once").ok());
                         return DynamicValue{captured};
                       })
                  .ok());
  EXPECT_EQ(functions.call("once", {}).value.as<std::string>(), captured);
  EXPECT_EQ(functions.call("once", {}).kind, Kind::kNoneRegistered);
}

TEST(DynamicFunctions, CallsInsideCallsEnd) {
  DynamicFunctions functions;
  int calls = 0;
  ASSERT_TRUE(functions
                  .add("again",
                       [&](auto) -> Result<DynamicValue> {
                         ++calls;
                         return number(static_cast<int>(functions.call("again", {}).kind));
                       })
                  .ok());
  EXPECT_EQ(functions.call("again", {}).kind, Kind::kValue);
  EXPECT_EQ(calls, DynamicFunctions::kMaxDepth);
}

TEST(DynamicFunctions, APluginInALibraryOfItsOwn) {
  void* const library = dlopen(VHPY_TEST_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  using Step = void (*)(DynamicFunctions&);
  const auto start = reinterpret_cast<Step>(dlsym(library, "start_test_plugin"));
  const auto stop = reinterpret_cast<Step>(dlsym(library, "stop_test_plugin"));
  ASSERT_TRUE(start != nullptr && stop != nullptr);
  DynamicFunctions functions;
  start(functions);
  EXPECT_EQ(functions.call("plugin.sum", std::vector{number(40), number(2)}).value.as<std::int64_t>(), 42);
  const auto refused = functions.call("plugin.sum", std::vector{text("40")});
  EXPECT_EQ(refused.kind, Kind::kBadArgument);
  EXPECT_EQ(refused.detail, "plugin.sum takes whole numbers");
  const auto described = functions.call("plugin.describe", std::vector{DynamicValue{1.5}, text("x")}).value;
  ASSERT_TRUE(described.is<DynamicValue::Dict>());
  EXPECT_EQ(described.as<DynamicValue::Dict>()[0].value.as<std::int64_t>(), 2);
  stop(functions);
  EXPECT_EQ(functions.size(), 0U);
  dlclose(library);
}

}  // namespace
}  // namespace vhpy
