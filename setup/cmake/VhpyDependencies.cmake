# Where the libraries come from: Debian's packages (setup/debian-packages.txt) and the Python that is embedded.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(maxminddb REQUIRED IMPORTED_TARGET libmaxminddb)
if(VHPY_BENCHMARKS)
  find_package(benchmark REQUIRED)
  # What tests/bench compares the lane with; nothing else uses it.
  pkg_check_modules(uv REQUIRED IMPORTED_TARGET libuv)
  find_path(BOOST_INCLUDE boost/asio.hpp REQUIRED)
  add_library(vhpy_boost INTERFACE)
  target_include_directories(vhpy_boost SYSTEM INTERFACE "${BOOST_INCLUDE}")
  target_link_libraries(vhpy_boost INTERFACE Threads::Threads)
endif()

# Debian's package has no CMake file; SYSTEM keeps our warnings out of somebody else's header.
find_path(CONCURRENTQUEUE_INCLUDE concurrentqueue/concurrentqueue.h REQUIRED)
add_library(vhpy_concurrentqueue INTERFACE)
target_include_directories(vhpy_concurrentqueue SYSTEM INTERFACE "${CONCURRENTQUEUE_INCLUDE}")

find_path(ASIO_INCLUDE asio.hpp REQUIRED)
add_library(vhpy_asio INTERFACE)
target_include_directories(vhpy_asio SYSTEM INTERFACE "${ASIO_INCLUDE}")
# Whether Asio sees aligned_alloc depends on the header that happens to be included before it; were files of one program to
# differ, one would free with delete what another got from aligned_alloc.
target_compile_definitions(vhpy_asio INTERFACE ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_NO_DEPRECATED
                           ASIO_DISABLE_STD_ALIGNED_ALLOC)
target_link_libraries(vhpy_asio INTERFACE Threads::Threads)

# The embedded Python: ./dev passes -DPython3_EXECUTABLE; by hand, CMake takes the python3 on PATH.
set(Python3_FIND_STRATEGY LOCATION)
set(Python3_FIND_VIRTUALENV STANDARD)
find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter Development.Embed)
