# shellcheck shell=bash
# Installs the Debian packages of setup/debian-packages.txt that are missing; runs apt-get only if one is.

# The names in the list, one per line.
listed_packages() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$root/setup/debian-packages.txt"; }

missing_packages() {
  local -a names
  mapfile -t names < <(listed_packages)
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null |
    awk -v names="${names[*]}" '
      $1 == "installed" { have[$2] = 1 }
      END { n = split(names, all, " "); for (i = 1; i <= n; i++) if (!(all[i] in have)) print all[i] }'
}

apt_get() {
  local -a as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" 9>&-
}

install_packages() {
  apt_get update && apt_get install -y --no-install-recommends "$@"
}

need_packages() {
  local -a missing
  if ! command -v dpkg-query >/dev/null; then
    say "no dpkg here: the libraries of setup/debian-packages.txt must be installed by hand"
    return
  fi
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} > 0)) || return 0
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    die "neither root nor sudo; as root run: apt-get install ${missing[*]}"
  fi
  say "missing Debian packages: ${missing[*]}"
  logged apt "installing ${#missing[@]} Debian packages" install_packages "${missing[@]}" ||
    die "apt-get failed; all of its output is in build/logs/apt.log"
}
