# shellcheck shell=bash
# `./dev reference`: builds vhpy-describe and makes scripts/vh.pyi and scripts/API.md from what it says.

make_reference() {
  asked_python=""
  if [[ ${1:-} == --python ]]; then
    [[ $# -eq 2 && -n $2 ]] || die "reference: --python needs a value"
    asked_python=$2
  elif (($# > 0)); then
    die "reference: unknown option '$1' (./dev --help lists them)"
  fi
  set_up test
  need_build release vhpy-describe
  release_lock
  "$venv_python" "$root/pymodule/reference/render.py" "$build_dir/pymodule/reference/vhpy-describe" --write
}
