# shellcheck shell=bash
# The virtual environment build/venv: made by the Python that is embedded, from the pinned requirements. Remade when the
# Python or the pins change; what was installed is recorded in it as a hash, written last. Sets venv_python.

# stamp_of FILE...: a hash of the chosen Python and of these requirement files.
stamp_of() {
  { printf '%s %s %s\n' "$root" "$python_exe" "$python_version" && cat "$@"; } | sha256sum | cut -d ' ' -f 1
}

# The pins name every package, so nothing may be added by pip; `pip check` proves that nothing is missing. A free-threaded Python
# goes without those that have no wheel for it, which the packages that name them can do without.
pip_install() {
  local file
  local -a files=()
  if "$python_exe" -c 'import sysconfig, sys; sys.exit(not sysconfig.get_config_var("Py_GIL_DISABLED"))'; then
    for file in "$@"; do
      grep -v '# not free-threaded' "$file" >"$build_root/${file##*/}"
      files+=(-r "$build_root/${file##*/}")
    done
    "$venv_python" -m pip install --no-input --progress-bar off --no-deps "${files[@]}"
    return
  fi
  for file in "$@"; do files+=(-r "$file"); done
  "$venv_python" -m pip install --no-input --progress-bar off --no-deps "${files[@]}" && "$venv_python" -m pip check
}

make_venv() {
  rm -rf "$build_root/venv" && "$python_exe" -m venv "$build_root/venv" && pip_install "$@"
}

# need_venv [test]: what a hub needs; with `test` also what the tests need.
need_venv() {
  local venv="$build_root/venv" run="$root/setup/requirements.txt" test="$root/setup/requirements-test.txt" stamp
  venv_python="$venv/bin/python"
  stamp=$(stamp_of "$run")
  if [[ $(cat "$venv/.vhpy-run" 2>/dev/null) != "$stamp" ]]; then
    logged venv "making the virtual environment with Python $python_version ($python_exe)" make_venv "$run" ||
      die "the virtual environment could not be made; all of the output is in build/logs/venv.log"
    echo "$stamp" >"$venv/.vhpy-run"
  fi
  [[ ${1:-} == test ]] || return 0
  stamp=$(stamp_of "$run" "$test")
  if [[ $(cat "$venv/.vhpy-test" 2>/dev/null) != "$stamp" ]]; then
    logged venv-test "installing what the tests need" pip_install "$run" "$test" ||
      die "the test packages could not be installed; all of the output is in build/logs/venv-test.log"
    echo "$stamp" >"$venv/.vhpy-test"
  fi
}
