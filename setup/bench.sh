# shellcheck shell=bash
# `./dev bench`: builds in Release and runs tests/bench/run.py, which measures and prints the table.

# Fills bench_arguments and asked_python from the command line.
read_bench_options() {
  bench_arguments=() asked_python=""
  while (($# > 0)); do
    if [[ $1 == --*=* ]]; then set -- "${1%%=*}" "${1#*=}" "${@:2}"; fi
    case $1 in
      --python | --json)
        [[ $# -ge 2 && -n $2 ]] || die "bench: $1 needs a value"
        if [[ $1 == --python ]]; then asked_python=$2; else bench_arguments+=(--json "$2"); fi
        shift
        ;;
      --help | -h) usage && exit 0 ;;
      -*) die "bench: unknown option '$1' (./dev --help lists them)" ;;
      *) bench_arguments+=("$1") ;;
    esac
    shift
  done
}

run_benchmarks() {
  read_bench_options "$@"
  set_up test
  need_build release vhpy_benchmarks
  release_lock
  export VHPY_BUILD=$build_dir VHPY_VENV="$build_root/venv" VHPY_HUB="$build_dir/core/embedded/vhpy-hub"
  exec "$venv_python" "$root/tests/bench/run.py" "${bench_arguments[@]}"
}
