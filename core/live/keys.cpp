#include "core/live/keys.h"

#include <random>

namespace vhpy::live::detail {

const std::uint64_t key_start = [] {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}();

}  // namespace vhpy::live::detail
