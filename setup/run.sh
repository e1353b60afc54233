# shellcheck shell=bash
# `./dev run`: checks what can be checked before the hub starts, sets up, and becomes the hub (so that signals reach it).

check_port() {
  if [[ ! $2 =~ ^[0-9]{1,5}$ ]] || ((10#$2 > 65535)); then
    die "run: $1 needs a port number from 0 to 65535, not '$2'"
  fi
}

# Fills the run_* variables from the command line.
read_run_options() {
  run_host=127.0.0.1 run_api_host=${HUB_API_HOST:-} run_hub_port=4111 run_api_port=${HUB_API_PORT:-8000} run_data="$root/data" run_admin=""
  run_scripts=("$root/scripts/hub_api.py") run_hub_options=() asked_python=""
  while (($# > 0)); do
    if [[ $1 == --*=* ]]; then set -- "${1%%=*}" "${1#*=}" "${@:2}"; fi
    case $1 in
      --hub-port | --api-port | --host | --data | --admin | --script | --python)
        [[ $# -ge 2 && -n $2 ]] || die "run: $1 needs a value"
        ;;&
      --hub-port) run_hub_port=$2 ;;
      --api-port) run_api_port=$2 ;;
      --host) run_host=$2 run_api_host=$2 ;;
      --data) run_data=$2 ;;
      --admin) run_admin=$2 ;;
      --script) run_scripts+=("$2") ;;
      --python) asked_python=$2 ;;
      --help | -h) usage && exit 0 ;;
      --) run_hub_options=("${@:2}") && return ;;
      *) die "run: unknown option '$1' (./dev --help lists them)" ;;
    esac
    shift 2
  done
}

check_run_options() {
  local script
  check_port --hub-port "$run_hub_port"
  check_port --api-port "$run_api_port"
  [[ $run_hub_port != "$run_api_port" || $run_hub_port == 0 ]] ||
    die "run: --hub-port and --api-port are both $run_hub_port"
  [[ -z $run_admin || $run_admin == ?*:?* ]] || die "run: --admin must be NICK:PASSWORD"
  for script in "${run_scripts[@]}"; do
    [[ -f $script ]] || script=${script%:shared} script=${script%:isolated}
    [[ -f $script && -r $script ]] || die "run: script $script does not exist or cannot be read"
  done
  { mkdir -p "$run_data" && [[ -d $run_data ]]; } 2>/dev/null || die "run: cannot make the data directory $run_data"
  { : >"$run_data/.writable" && rm -f "$run_data/.writable"; } 2>/dev/null ||
    die "run: cannot write to the data directory $run_data"
}

run_hub() {
  local script
  local -a command
  read_run_options "$@"
  check_run_options
  set_up
  need_build release vhpy-hub
  release_lock
  # An option wins over the environment, which wins over the default.
  export HUB_API_HOST=${run_api_host:-$run_host} HUB_API_PORT=$run_api_port
  "$venv_python" "$root/setup/port_free.py" "$HUB_API_HOST" "$HUB_API_PORT" || exit 1
  command=("$build_dir/core/embedded/vhpy-hub" --host "$run_host" --port "$run_hub_port" --data "$run_data"
    --python "$venv_python")
  [[ -z $run_admin ]] || command+=(--admin "$run_admin")
  for script in "${run_scripts[@]}"; do command+=(--script "$script"); done
  say "starting the hub"
  exec "${command[@]}" "${run_hub_options[@]}"
}
