#!/usr/bin/env bash
# Installs the Debian or Ubuntu packages that building, testing and drawing need. Does nothing where
# all are there; names what is missing, and exits 1, where it may not install.
set -euo pipefail

packages=(
  g++ cmake ninja-build git pkg-config
  libopenmpi-dev openmpi-bin
  libpetsc-real-dev libslepc-real-dev
  libhdf5-openmpi-dev hdf5-tools
  libtrilinos-kokkos-dev libtrilinos-kokkos-kernels-dev
  libopenblas-dev libdnnl-dev
  libcli11-dev libtomlplusplus-dev nlohmann-json3-dev libfmt-dev libspdlog-dev
  librandom123-dev zlib1g-dev libxxhash-dev
  libgtest-dev libgmock-dev libbenchmark-dev
  python3-h5py python3-numpy python3-pandas python3-matplotlib
  clang-format shellcheck
  slurm-wlm munge
)

# Prints those of the packages that are not installed, one a line.
missing_packages() {
  local installed
  # shellcheck disable=SC2016  # the ${} are dpkg-query's
  installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${packages[@]}" \
    2>/dev/null | sed -n 's/^installed //p') || true
  comm -23 <(printf '%s\n' "${packages[@]}" | sort -u) <(sort -u <<<"$installed")
}

refuse() {
  echo "error: packages are missing ($1); ask the administrator for, or load as modules:" \
    "${missing[*]}" >&2
  exit 1
}

missing=("${packages[@]}")
if ! { command -v dpkg-query && command -v apt-get; } >/dev/null; then
  refuse "this is no Debian or Ubuntu, so none was looked for"
fi
mapfile -t missing < <(missing_packages)
((${#missing[@]} > 0)) || exit 0

as_root=()
if (($(id -u) != 0)); then
  command -v sudo >/dev/null || refuse "neither root nor sudo here"
  # Without a terminal nobody can type a password.
  ask=(-v)
  [[ -t 0 ]] || ask=(-n true)
  sudo "${ask[@]}" 2>/dev/null || refuse "sudo was refused"
  as_root=(sudo)
fi

echo "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@"
}
if ! { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; } \
  </dev/null >"$log" 2>&1; then
  cat "$log" >&2
  refuse "apt-get could not install them, see above"
fi
