# shellcheck shell=bash
# `./dev packages`: builds the hub with every Python of this machine (or those given), installs the packages that
# setup/package_probes.py knows, tries each in a shared and in an isolated script, and writes the table of scripts/README.md.

# measure_packages PYTHON: fills packages.json of the build folder. In a ./dev of its own, with a build folder of its own.
measure_packages() {
  local name venv="$build_root/packages"
  local -a names
  take_lock
  choose_python "$1"
  need_build release vhpy-hub
  release_lock
  mapfile -t names < <(cd "$root/setup" && "$python_exe" -c 'import package_probes as p; print(*p.PROBES, sep="\n")')
  [[ -x $venv/bin/python ]] || "$python_exe" -m venv "$venv"
  for name in "${names[@]}"; do # one by one: what has no wheel for this version keeps no other one out
    logged "package-$name" "installing $name" "$venv/bin/python" -m pip install --no-input --progress-bar off \
      --only-binary :all: "$name" || true
  done
  "$venv/bin/python" "$root/setup/package_table.py" measure "$build_dir/core/embedded/vhpy-hub" "$venv/bin/python" \
    "$build_root/packages.json"
}

run_packages() {
  local at folder measured=""
  local -a asked=() files=()
  while (($# > 0)); do
    if [[ $1 == --python=* ]]; then set -- --python "${1#*=}" "${@:2}"; fi
    [[ $# -ge 2 && -n $2 ]] || die "packages: expected --python PATH, not '$1'"
    case $1 in
      --python) asked+=("$2") ;;
      --measure) measured=$2 ;;
      *) die "packages: unknown option '$1' (./dev --help lists them)" ;;
    esac
    shift 2
  done
  [[ -z $measured ]] || { measure_packages "$measured" && return; }
  need_packages
  find_pythons "${asked[@]}"
  for at in "${!matrix_pythons[@]}"; do
    folder="$build_root/python/${matrix_versions[at]}"
    say "Python ${matrix_versions[at]} ..."
    VHPY_BUILD_ROOT=$folder "$root/dev" packages --measure "${matrix_pythons[at]}"
    files+=("${matrix_versions[at]}=$folder/packages.json")
  done
  "${matrix_pythons[0]}" "$root/setup/package_table.py" write "$root/scripts/README.md" "${files[@]}"
  say "written: scripts/README.md"
}
