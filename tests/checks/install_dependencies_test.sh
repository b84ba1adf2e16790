#!/usr/bin/env bash
# cmake/install_dependencies.sh with a package manager that is played: what it installs, as whom,
# and what it says where it may not.
set -euo pipefail
script=$(cd "$(dirname "$0")/../.." && pwd)/cmake/install_dependencies.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A PATH that holds only these commands, besides the plain ones of the shell script.
new_machine() {
  rm -rf "${scratch:?}/bin"
  mkdir -p "$scratch/bin"
  : >"$scratch/calls"
  for tool in bash env sed sort comm mktemp rm cat; do ln -s "$(command -v $tool)" "$scratch/bin"; done
}
play() { # NAME BODY
  printf '#!/usr/bin/env bash\necho "%s $*" >>"%s"\n%s\n' "$1" "$scratch/calls" "$2" \
    >"$scratch/bin/$1"
  chmod +x "$scratch/bin/$1"
}
# Every package asked for is installed, but those named.
play_dpkg_without() {
  play dpkg-query "shift 2
    for package in \"\$@\"; do
      case \" $* \" in
        *\" \$package \"*) echo \"not-installed \$package\" ;;
        *) echo \"installed \$package\" ;;
      esac
    done"
}
run() {
  code=0
  output=$(PATH="$scratch/bin" bash "$script" 2>&1 </dev/null) || code=$?
}
expect() { # WHAT CONDITION...
  local what=$1
  shift
  "$@" || { echo "failed: $what (exit $code): $output; calls: $(cat "$scratch/calls")"; exit 1; }
}
called() { grep -q -e "$1" "$scratch/calls"; }
not() { ! "$@"; }

new_machine
play_dpkg_without
play apt-get ""
play id "echo 0"
run
expect "nothing to do where all is there" [ "$code$output" = 0 ]
expect "no apt-get where all is there" not called "^apt-get"

new_machine
play_dpkg_without libdnnl-dev shellcheck
play apt-get ""
play id "echo 0"
run
expect "root installs" [ "$code" = 0 ]
expect "root installs what is missing and nothing else" \
  called "apt-get .*install -y --no-install-recommends libdnnl-dev shellcheck$"

new_machine
play_dpkg_without libdnnl-dev
play apt-get ""
play id "echo 1000"
# shellcheck disable=SC2016  # the $ are the played command's
play sudo '[ "$1" = -n ] || exec "$@"'
run
expect "a sudoer installs" [ "$code" = 0 ]
expect "a sudoer installs through sudo" called "^sudo .*apt-get .*install .*libdnnl-dev"

new_machine
play_dpkg_without libdnnl-dev
play apt-get ""
play id "echo 1000"
run
expect "without rights it fails" [ "$code" = 1 ]
expect "without rights it names what is missing" \
  [ "${output/ libdnnl-dev/}" != "$output" -a "${output/ cmake/}" = "$output" ]
expect "without rights nothing is called" not called "^apt-get"

new_machine
play_dpkg_without libdnnl-dev
play apt-get 'echo "E: no network"; exit 100'
play id "echo 0"
run
expect "a failing apt-get fails" [ "$code" = 1 ]
expect "a failing apt-get is shown" [ "${output/E: no network/}" != "$output" ]

new_machine
run
expect "another system is told all packages" [ "$code" = 1 ]
expect "another system is told all packages" [ "${output/ libpetsc-real-dev /}" != "$output" ]
echo "install_dependencies.sh: all cases pass"
