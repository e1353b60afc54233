# shellcheck shell=bash
# Configures and builds: build/release, build/asan, build/tsan, build/fuzz. Configures only when the options or the Python changed;
# whether anything must be compiled is ninja's own question.

megabytes_per_job=900 # what the compilers take at most for one file
tsan_max_rnd_bits=28  # TSan of clang 14 and GCC 12 cannot place its shadow memory above this much address randomisation

build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk -v each="$megabytes_per_job" '/^MemAvailable/ { print int($2 / 1024 / each) }' /proc/meminfo)
  ((memory >= 1)) || memory=1
  echo $((cores < memory ? cores : memory))
}

# Sets launcher: the words in front of every program of a build folder. TSan programs die at start with "unexpected
# memory mapping" under strong address randomisation, also when ctest asks them for their list of tests.
choose_launcher() {
  local kind=$1 bits
  launcher=()
  [[ $kind == tsan ]] || return 0
  bits=$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 0)
  ((bits > tsan_max_rnd_bits)) || return 0
  if setarch "$(uname -m)" -R true 2>/dev/null; then
    launcher=(setarch "$(uname -m)" -R)
  else
    die "TSan needs less address randomisation; as root run: sysctl vm.mmap_rnd_bits=$tsan_max_rnd_bits"
  fi
}

# Sets cmake_options for a kind of build. Warnings are errors in the release build only, which is what ships. The sanitizers
# get clang, which takes a third less time there than g++, -O0 and several sources per compilation, each of which halves that
# time, and no NDEBUG, so that assert() is checked there. VHPY_UNITY=ON in the environment has several sources per compilation
# in the release build too: for who builds it once, as CI does.
choose_cmake_options() {
  cmake_options=(-G Ninja "-DPython3_EXECUTABLE=$python_exe" "-DPython3_INCLUDE_DIR=$python_include"
    "-DPython3_LIBRARY=$python_library")
  case $1 in
    release) cmake_options+=(-DCMAKE_BUILD_TYPE=Release "-DVHPY_UNITY=${VHPY_UNITY:-OFF}") ;;
    asan) cmake_options+=(-DVHPY_SANITIZE=address) ;;
    tsan) cmake_options+=(-DVHPY_SANITIZE=thread) ;;
    fuzz)
      cmake_options+=(-DVHPY_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=None -DVHPY_WERROR=OFF
        -DVHPY_BENCHMARKS=OFF)
      ;;
  esac
  [[ $1 == release || $1 == fuzz ]] || cmake_options+=(-DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=clang++
    -DCMAKE_CXX_FLAGS=-O0 -DVHPY_WERROR=OFF -DVHPY_BENCHMARKS=OFF -DVHPY_UNITY=ON)
  if command -v ccache >/dev/null; then
    cmake_options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
}

# need_build KIND [TARGET...]: everything, or only these targets. Sets build_dir and launcher.
need_build() {
  local kind=$1 wanted
  local -a make
  shift
  build_dir="$build_root/$kind"
  choose_launcher "$kind"
  choose_cmake_options "$kind"
  wanted="$root ${cmake_options[*]}"
  if [[ ! -f $build_dir/build.ninja || $(cat "$build_dir/.vhpy-options" 2>/dev/null) != "$wanted" ]]; then
    logged "configure-$kind" "configuring the $kind build" \
      cmake --fresh -S "$root" -B "$build_dir" "${cmake_options[@]}" || die "cmake failed"
    echo "$wanted" >"$build_dir/.vhpy-options"
  fi
  make=("${launcher[@]}" ninja -C "$build_dir")
  if "${make[@]}" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    return
  fi
  if [[ -t 2 ]]; then
    say "building ($kind) ..."
    "${make[@]}" -j "$(build_jobs)" "$@" >&2 || die "the build failed"
  else
    logged "build-$kind" "building ($kind)" "${make[@]}" -j "$(build_jobs)" "$@" || die "the build failed"
  fi
  say "built"
}
