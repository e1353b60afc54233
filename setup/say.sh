# shellcheck shell=bash
# Progress of the set-up: one line per step on stderr with the seconds since ./dev began; the output of a step goes to
# build/logs/NAME.log and is shown only if the step fails. Sourced by ./dev, which sets $root.

build_root=${VHPY_BUILD_ROOT:-$root/build} # of ./dev matrix: one for each Python
log_dir="$build_root/logs"
log_tail_lines=30
heartbeat_seconds=10
began=$EPOCHREALTIME
beat="" # process id of the heartbeat of the step that runs
trap '[[ -z $beat ]] || kill "$beat" 2>/dev/null || true' EXIT

# Tenths of a second since ./dev began, written "12.3". The clock is written with the locale's decimal sign.
elapsed() {
  local tenths=$(((${EPOCHREALTIME//[.,]/} - ${began//[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

say() { printf '[%6s s] %s\n' "$(elapsed)" "$*" >&2; }

die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# heartbeat LOG: while a step runs, says every ten seconds that it does, with the last line of its log. It does not
# hold the lock (descriptor 9), ends with the ./dev that started it, and its sleep does not hold stderr open.
heartbeat() {
  local log=$1 parent=$$ last
  exec 9>&-
  while sleep "$heartbeat_seconds" 2>/dev/null && kill -0 "$parent" 2>/dev/null; do
    last=$(tail -n 1 "$log" 2>/dev/null | tr -d '\r' | cut -c 1-90 || true)
    say "  still running: $last"
  done
}

# logged NAME WHAT COMMAND...: runs COMMAND as the step WHAT with its output in build/logs/NAME.log. Returns the
# command's status; after a failure the end of the log has been shown.
logged() {
  local name=$1 what=$2 log status=0
  shift 2
  log="$log_dir/$name.log"
  mkdir -p "$log_dir"
  say "$what ..."
  heartbeat "$log" </dev/null >/dev/null &
  beat=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  beat=""
  if ((status != 0)); then
    say "$what FAILED (status $status); the end of $log:"
    tail -n "$log_tail_lines" "$log" >&2
  fi
  return "$status"
}

# One set-up at a time in one clone: the virtual environment and the build folders are shared. Held on descriptor 9.
take_lock() {
  mkdir -p "$build_root" 2>/dev/null || die "cannot write to $build_root"
  exec 9>"$build_root/.lock" || die "cannot write to $build_root"
  if ! flock -n 9; then
    say "another ./dev is setting up in this folder; waiting for it"
    flock 9
  fi
}

release_lock() { exec 9>&-; }
