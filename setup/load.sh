# shellcheck shell=bash
# `./dev load`: builds the hub and the load generator in Release and runs tests/load/run.py, which loads both the hub and its API.

run_load() {
  asked_python=""
  set_up test
  need_build release vhpy-hub vhpy-load
  release_lock
  export VHPY_BUILD=$build_dir VHPY_VENV="$build_root/venv" VHPY_HUB="$build_dir/core/embedded/vhpy-hub"
  export VHPY_LOAD="$build_dir/tests/load/vhpy-load"
  exec "$venv_python" "$root/tests/load/run.py" "$@"
}
