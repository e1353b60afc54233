# How every target of this project is compiled: warnings, sanitizers, the project root as include folder.
include(GoogleTest)

# Several sources per compilation: halves the time of a build from nothing. A developer's release build compiles each file
# alone, which is faster after a change and also proves that headers are self-contained.
option(VHPY_UNITY "Compile the sources of a target together" OFF)
set(VHPY_UNITY_BATCH 8) # sources per compilation: two or more compilations for most targets, so that both cores work

# Sources whose private names clash with those of their neighbours are listed under ALONE by their target.
function(vhpy_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${VHPY_UNITY} UNITY_BUILD_BATCH_SIZE ${VHPY_UNITY_BATCH})
  if(VHPY_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # In a file that includes the source, GCC takes an anonymous namespace of it for one of a header.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  foreach(source ${ARGN})
    set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
endfunction()

function(vhpy_target_options target)
  target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wundef)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 warns about correct uses of operator+(const char*, std::string&&) when it optimises: its bug 105651.
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  if(VHPY_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  # -g1 gives reports their function names and lines; full debug information would double the time to compile.
  if(VHPY_SANITIZE STREQUAL "address")
    # Left out of UBSan are the checks that stand before every access to a member and double the time to compile
    # (python_host.cpp: 27 s, without them 14 s). AddressSanitizer reports null and object-size as well; alignment and
    # vptr are given up for it.
    target_compile_options(${target} PUBLIC -fsanitize=address,undefined -fno-sanitize-recover=undefined
                                            -fno-sanitize=null,alignment,object-size,vptr
                                            -fno-omit-frame-pointer -g1)
    target_compile_definitions(${target} PUBLIC VHPY_ADDRESS_SANITIZER)
    target_link_options(${target} PUBLIC -fsanitize=address,undefined)
  elseif(VHPY_SANITIZE STREQUAL "thread")
    target_compile_options(${target} PUBLIC -fsanitize=thread -fno-omit-frame-pointer -g1)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # It warns that TSan does not model atomic_thread_fence; the lane therefore uses none (see queue/README.md).
      target_compile_options(${target} PUBLIC -Wno-tsan)
    endif()
    target_compile_definitions(${target} PUBLIC VHPY_THREAD_SANITIZER)
    target_link_options(${target} PUBLIC -fsanitize=thread)
  elseif(NOT VHPY_SANITIZE STREQUAL "")
    message(FATAL_ERROR "VHPY_SANITIZE is '${VHPY_SANITIZE}'; expected empty, 'address' or 'thread'")
  endif()
endfunction()

# vhpy_library(name SOURCES ... LINK ... [ALONE ...]): a static library of one folder.
function(vhpy_library target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;ALONE" ${ARGN})
  add_library(${target} STATIC ${ARG_SOURCES})
  vhpy_unity(${target} ${ARG_ALONE})
  target_link_libraries(${target} PUBLIC ${ARG_LINK})
  vhpy_target_options(${target})
endfunction()

# Seconds until ctest ends a case that hangs; a sanitizer makes everything slower.
set(VHPY_TEST_TIMEOUT 120)
if(VHPY_SANITIZE)
  set(VHPY_TEST_TIMEOUT 600)
endif()

# What ctest runs: with the hub all that a sanitizer's brief run needs (./dev test asan --brief).
add_custom_target(vhpy_tests)

# vhpy_test(name [OPTIMIZED] [ONE_THREAD] SOURCES ... LINK ... [ALONE ...]): a GoogleTest program; ctest sees each of its
# cases. ONE_THREAD: neither the test nor what it tests has more, so that ThreadSanitizer has nothing to see.
function(vhpy_test target)
  cmake_parse_arguments(ARG "OPTIMIZED;ONE_THREAD" "" "SOURCES;LINK;ALONE" ${ARGN})
  if(ARG_ONE_THREAD AND VHPY_SANITIZE STREQUAL "thread")
    return()
  endif()
  add_executable(${target} ${ARG_SOURCES})
  vhpy_unity(${target} ${ARG_ALONE})
  target_link_libraries(${target} PRIVATE ${ARG_LINK} GTest::gtest_main)
  vhpy_target_options(${target})
  # A third of the time to compile of -O3 (a part of the hub's tests: 11 s for 32 s); what they test stays as it is shipped,
  # except for what headers define: a test of that is OPTIMIZED.
  if(NOT ARG_OPTIMIZED)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
  endif()
  add_dependencies(vhpy_tests ${target})
  gtest_discover_tests(${target} PROPERTIES TIMEOUT ${VHPY_TEST_TIMEOUT} DISCOVERY_TIMEOUT 60)
endfunction()

# vhpy_benchmark(name SOURCES ... LINK ...): a Google Benchmark program; never run by ctest, built by ./dev bench only.
function(vhpy_benchmark target)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${target} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE ${ARG_LINK} benchmark::benchmark)
  vhpy_target_options(${target})
endfunction()
