# shellcheck shell=bash
# Chooses the Python to embed: the one asked for, else the python3 on PATH, else the system's.
# Sets python_exe, python_version, python_include and python_library.

# try_python COMMAND: takes COMMAND if it can be embedded; if not, adds the reason to python_refusals and returns 1.
try_python() {
  local command=$1 answer
  local -a facts
  if ! command -v "$command" >/dev/null; then
    python_refusals+=("$command does not exist")
    return 1
  fi
  if ! answer=$("$command" "$root/setup/embeddable.py" 2>/dev/null); then
    python_refusals+=("$command ${answer:-does not start}")
    return 1
  fi
  mapfile -t facts <<<"$answer"
  python_exe=${facts[0]} python_version=${facts[1]} python_include=${facts[2]} python_library=${facts[3]}
}

# choose_python [ASKED_FOR]
choose_python() {
  local asked=${1:-} refusal
  local -a candidates=()
  python_refusals=()
  if [[ -n $asked ]]; then
    candidates=("$asked")
  else
    candidates=("$(command -v python3 || echo python3)" /usr/bin/python3)
  fi
  [[ ${candidates[0]} != "${candidates[1]:-}" ]] || unset 'candidates[1]'
  for command in "${candidates[@]}"; do
    if try_python "$command"; then
      for refusal in "${python_refusals[@]}"; do say "passed over: $refusal"; done
      return
    fi
  done
  printf 'dev: no Python that can be embedded:\n' >&2
  printf 'dev:   %s\n' "${python_refusals[@]}" >&2
  die "choose one that is 3.11 or newer, with headers and a shared library: ./dev ... --python PATH"
}
