# shellcheck shell=bash
# `./dev test`: builds one kind (release, asan, tsan) or all three, runs ctest and pytest on each, and adds up.

# A test that hangs is ended after this many seconds, times the factor of the kind of build.
test_timeout_seconds=120
asan_time_factor=3
tsan_time_factor=10

# Fills test_kinds, test_filters, test_brief and asked_python from the command line.
read_test_options() {
  test_kinds=() test_filters=() test_brief="" asked_python=""
  while (($# > 0)); do
    if [[ $1 == --python=* ]]; then set -- --python "${1#*=}" "${@:2}"; fi
    case $1 in
      asan | tsan) test_kinds+=("$1") ;;
      all) test_kinds+=(release asan tsan) ;;
      --brief) test_brief=yes ;;
      --python)
        [[ $# -ge 2 && -n $2 ]] || die "test: --python needs a value"
        asked_python=$2
        shift
        ;;
      --help | -h) usage && exit 0 ;;
      -*) die "test: unknown option '$1' (./dev --help lists them)" ;;
      *) test_filters+=("$1") ;;
    esac
    shift
  done
  ((${#test_kinds[@]} > 0)) || test_kinds=(release)
}

# is_brief KIND: whether only a part of the tests is to run with it.
is_brief() { [[ $1 != release && -n $test_brief ]]; }

# The environment of the tests of one kind. The sanitizers stop at the first report and write it to build/KIND/reports.
# ASan leaves alternate signal stacks alone: Python's faulthandler sets its own, and ASan would unmap that as if it had
# been ASan's when the thread ends. It does not follow the thread-local storage of loaded libraries either: LeakSanitizer
# then looks into that of threads that have ended, and dies of it (signal 11 in its tracer, about one exit in 200).
export_test_environment() {
  local kind=$1 setup="$root/setup/sanitizers" log="log_path=$build_dir/reports/report"
  export VHPY_KIND=$kind VHPY_BUILD=$build_dir VHPY_VENV="$build_root/venv" VHPY_TIME_FACTOR=1 VHPY_RESULTS="$build_dir/results"
  export VHPY_PYTHON=$python_exe VHPY_HUB="$build_dir/core/embedded/vhpy-hub"
  export VHPY_LOAD="$build_dir/tests/load/vhpy-load"
  unset ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
  case $kind in
    asan)
      export VHPY_TIME_FACTOR=$asan_time_factor
      export ASAN_OPTIONS="halt_on_error=1:detect_leaks=1:use_sigaltstack=0:intercept_tls_get_addr=0:$log"
      export LSAN_OPTIONS="suppressions=$setup/lsan.txt:print_suppressions=0"
      export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1:$log"
      ;;
    tsan)
      export VHPY_TIME_FACTOR=$tsan_time_factor
      export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:suppressions=$setup/tsan.txt:$log"
      ;;
  esac
}

# Every gtest case and every program of ctest; they are started by the launcher of the kind (see build.sh).
run_ctest() {
  local status=0 log_tail_lines=0
  local -a filter=()
  ((${#test_filters[@]} == 0)) || filter=(-R "$(IFS='|' && echo "${test_filters[*]}")")
  logged "ctest-$1" "ctest ($1)" "${launcher[@]}" ctest --test-dir "$build_dir" -j "$(nproc)" --output-on-failure \
    --output-junit "$VHPY_RESULTS/ctest.xml" --timeout $((test_timeout_seconds * VHPY_TIME_FACTOR)) \
    --no-tests=error "${filter[@]}" || status=$?
  echo "$status" >"$VHPY_RESULTS/ctest.status"
}

# One folder of tests/ by pytest. Its own process: each folder has its own conftest.py and helper modules. The end-to-end
# tests start a hub each, on a port of its own, and wait for most of their time, each search of the model is a program
# of its own, and the walk over the routes of hub_api.py is hundreds of cases: as many at once as there are processors. The stress
# tests have the machine for themselves where their memory counts, which under a sanitizer it does not.
run_pytest() {
  local suite=$1 status=0
  local -a filter=() parallel=() marked=()
  case $suite:$VHPY_KIND in
    e2e:* | model:* | scripts:* | verlihub:* | fuzz:* | stress:asan | stress:tsan) parallel=(-n "$(nproc)" --dist worksteal) ;;
  esac
  ((${#test_filters[@]} == 0)) || filter=(-k "$(printf ' or %s' "${test_filters[@]}" | cut -c 5-)")
  ! is_brief "$VHPY_KIND" || marked=(-m brief)
  [[ $suite == fuzz ]] || say "pytest tests/$suite ..."
  (cd "$root" && "${launcher[@]}" "$venv_python" -m pytest "tests/$suite" -q --tb=short -p no:cacheprovider --strict-markers \
    --timeout $((test_timeout_seconds * VHPY_TIME_FACTOR)) --junitxml "$VHPY_RESULTS/$suite.xml" \
    -o junit_family=xunit2 "${parallel[@]}" "${marked[@]}" "${filter[@]}") || status=$?
  echo "$status" >"$VHPY_RESULTS/$suite.status"
}

# The folders of tests/ that pytest runs: all that have tests in Python, except those whose tests run inside a program
# of ctest. The ones that look at the sources, at ./dev, at scripts, at the lane's model and at figures do not depend on the
# kind of build.
pytest_suites() {
  find "$root/tests" -mindepth 2 -maxdepth 2 -name 'test_*.py' -printf '%h\n' | sort -u | while IFS= read -r folder; do
    case ${folder##*/}:$1 in
      pymodule:*) ;;
      fuzz:*) ;; # start_fuzzing
      tidy:release | setup:release | scripts:release | model:release | bench:release | verlihub:release) echo "${folder##*/}" ;;
      tidy:* | setup:* | scripts:* | model:* | bench:* | verlihub:*) ;;
      *) echo "${folder##*/}" ;;
    esac
  done
}

# The fuzzers take their time whatever the machine does, so they run beside all other tests, and yield to them. Not with filters
# none of which is about them. Sets fuzzing, the process that runs them, or leaves it empty.
build_fuzzers() {
  fuzzers=""
  [[ $1 == release ]] || return 0
  ((${#test_filters[@]} == 0)) || [[ " ${test_filters[*]} " == *fuzz* ]] || return 0
  need_build fuzz vhpy_fuzzers
  fuzzers="$build_dir/tests/fuzz"
}

start_fuzzing() {
  fuzzing=""
  [[ -n $fuzzers ]] || return 0
  say "the fuzzers run beside the other tests ..."
  (renice -n 5 -p "$BASHPID" >/dev/null && VHPY_FUZZERS=$fuzzers run_pytest fuzz) >"$log_dir/fuzz.log" 2>&1 &
  fuzzing=$!
}

finish_fuzzing() {
  [[ -n $fuzzing ]] || return 0
  say "the fuzzers ..."
  wait "$fuzzing" || true
  cat "$log_dir/fuzz.log"
}

run_kind() {
  local kind=$1 suite
  local -a suites programs=()
  set_up test
  ! is_brief "$kind" || programs=(vhpy_tests vhpy-hub)
  build_fuzzers "$kind"
  need_build "$kind" "${programs[@]}"
  release_lock
  export_test_environment "$kind"
  rm -rf "$build_dir/results" "$build_dir/reports"
  mkdir -p "$build_dir/results" "$build_dir/reports"
  start_fuzzing
  run_ctest "$kind"
  mapfile -t suites < <(pytest_suites "$kind")
  for suite in "${suites[@]}"; do run_pytest "$suite"; done
  finish_fuzzing
}

run_tests() {
  local kind
  local -a folders=() filtered=()
  read_test_options "$@"
  # What this machine cannot do at all is said before an hour is spent on the rest.
  for kind in "${test_kinds[@]}"; do choose_launcher "$kind"; done
  for kind in "${test_kinds[@]}"; do
    run_kind "$kind"
    folders+=("$build_dir")
  done
  ((${#test_filters[@]} == 0)) || filtered=(--filtered)
  say "done; the logs are in build/logs"
  exec "$venv_python" "$root/setup/totals.py" "${filtered[@]}" "${folders[@]}"
}
