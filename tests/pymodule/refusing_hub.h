// A hub on which nothing works: every operation refuses, or answers that nothing is known. For tests that need few of them.
//
// Owner: the test. Thread: hub.
#pragma once

#include <optional>
#include <type_traits>

#include "core/hub.h"

namespace vhpy::tests {

class RefusingHub : public Hub {
 public:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define VHPY_OPERATION(result, name, parameters) \
  result name parameters override { return refused<result>(); }
#include "core/hub_operations.def"
#pragma GCC diagnostic pop

 private:
  // What can refuse does; what cannot is empty or 0.
  template <class Answer>
  static Answer refused() {
    if constexpr (std::is_constructible_v<Answer, Error> && !std::is_same_v<Answer, Text>) {
      return refuse(Refusal::kUnavailable, "not on this stage");
    } else {
      return Answer{};
    }
  }
};

}  // namespace vhpy::tests
