# shellcheck shell=bash
# `./dev bench`: builds in Release and runs every program of tests/bench in turn, those in Python last.

# Fills bench_filters and asked_python from the command line.
read_bench_options() {
  bench_filters=() asked_python=""
  while (($# > 0)); do
    case $1 in
      --python)
        [[ $# -ge 2 && -n $2 ]] || die "bench: --python needs a value"
        asked_python=$2
        shift
        ;;
      --help | -h) usage && exit 0 ;;
      -*) die "bench: unknown option '$1' (./dev --help lists them)" ;;
      *) bench_filters+=("$1") ;;
    esac
    shift
  done
}

# Is this benchmark asked for? All are if there is no filter.
bench_wanted() {
  local filter
  ((${#bench_filters[@]} > 0)) || return 0
  for filter in "${bench_filters[@]}"; do
    [[ $1 != *"$filter"* ]] || return 0
  done
  return 1
}

run_benchmarks() {
  local bench ran=0 failed=0
  read_bench_options "$@"
  set_up test
  need_build release
  release_lock
  export VHPY_BUILD=$build_dir VHPY_VENV="$root/build/venv" VHPY_HUB="$build_dir/core/embedded/vhpy-hub"
  while IFS= read -r bench; do
    bench_wanted "$(basename "$bench")" || continue
    printf '\n== %s\n' "$(basename "$bench")"
    if [[ $bench == *.py ]]; then
      "$venv_python" "$bench" || failed=$((failed + 1))
    else
      "$bench" || failed=$((failed + 1))
    fi
    ran=$((ran + 1))
  done < <(find "$build_dir/tests/bench" -maxdepth 1 -type f -executable | sort &&
    grep -l '__name__ == "__main__"' "$root"/tests/bench/*.py)
  ((ran > 0)) || die "bench: no benchmark has that name"
  ((failed == 0)) || die "bench: $failed of $ran programs failed"
}
