# shellcheck shell=bash
# `./dev matrix`: builds and tests with every Python of this machine that can be embedded, each in a build folder and a
# virtual environment of its own (build/python/VERSION), and prints a table.

# matrix_candidates: the commands to try, one a line: those of PATH, those that pyenv has installed, the system's. pyenv's
# shims are left out: they start what is among its versions.
matrix_candidates() {
  local folder file
  local -a folders
  IFS=: read -r -a folders <<<"$PATH"
  for folder in "${folders[@]}" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/*/bin /usr/local/bin /usr/bin; do
    [[ $folder == */shims ]] && continue
    for file in "$folder"/python3 "$folder"/python3.*; do
      [[ -x $file && ${file##*/} =~ ^python3(\.[0-9]+t?)?$ ]] && echo "$file"
    done
  done
  return 0
}

# find_pythons [COMMAND...]: those, or all. Fills matrix_pythons with one command for each installed Python and says which
# were passed over; an executable that was found under several names counts once.
find_pythons() {
  local command refusal
  local -A seen=()
  local -a candidates=("$@")
  matrix_pythons=() matrix_versions=() python_refusals=()
  ((${#candidates[@]} > 0)) || mapfile -t candidates < <(matrix_candidates)
  for command in "${candidates[@]}"; do
    try_python "$command" || continue
    [[ -z ${seen[$python_library]:-} ]] || continue
    seen[$python_library]=yes
    matrix_pythons+=("$python_exe")
    matrix_versions+=("$python_version$("$python_exe" -c 'import sys; print(sys.abiflags)')")
  done
  for refusal in "${python_refusals[@]}"; do say "passed over: $refusal"; done
  ((${#matrix_pythons[@]} > 0)) || die "matrix: no Python that can be embedded"
}

# run_one VERSION PYTHON FILTER...: `./dev test` with it; adds a line to matrix_table.
run_one() {
  local version=$1 python=$2 folder="$build_root/python/$1" total built status=0
  shift 2
  mkdir -p "$folder"
  say "Python $version ($python) ..."
  VHPY_BUILD_ROOT="$folder" "$root/dev" test --python "$python" "$@" >"$folder/output.log" 2>&1 || status=$?
  built=yes
  grep -q '\] done; the logs are in' "$folder/output.log" || built="no, see ${folder#"$root"/}/output.log"
  total=$(tail -n 1 "$folder/output.log")
  [[ $total == total:* ]] || total="total: no tests ran"
  ((status == 0)) || matrix_failed=yes
  matrix_table+=("$(printf '%-12s %-6s %s' "$version" "$built" "${total#total: }")")
  say "Python $version: ${total#total: }"
}

run_matrix() {
  local at
  local -a asked=() filters=()
  while (($# > 0)); do
    if [[ $1 == --python=* ]]; then set -- --python "${1#*=}" "${@:2}"; fi
    case $1 in
      --python)
        [[ $# -ge 2 && -n $2 ]] || die "matrix: --python needs a value"
        asked+=("$2")
        shift
        ;;
      --help | -h) usage && exit 0 ;;
      -*) die "matrix: unknown option '$1' (./dev --help lists them)" ;;
      *) filters+=("$1") ;;
    esac
    shift
  done
  find_pythons "${asked[@]}"
  matrix_table=("$(printf '%-12s %-6s %s' Python built tests)") matrix_failed=""
  for at in "${!matrix_pythons[@]}"; do
    run_one "${matrix_versions[at]}" "${matrix_pythons[at]}" "${filters[@]}"
  done
  printf '%s\n' "${matrix_table[@]}"
  [[ -z $matrix_failed ]]
}
