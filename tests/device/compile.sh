#!/usr/bin/env bash
# Compiles for CUDA whatever holds kernels, against the CUDA headers of Debian's Kokkos, which was
# never built for CUDA: nothing is linked and no GPU is needed. What is compiled is found by
# searching: sources with kernels, and sources of src and apps that include a header with kernels.
# In kernels a host function, a host variable or `this` is an error; so is any other warning.
#   compile.sh KOKKOS_INCLUDE_DIRECTORY INCLUDE_DIRECTORY... -- FLAG...
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
kokkos=$1
directories=(-Itests/device/kokkos -Itests)
while [[ $1 != -- ]]; do
  case $1 in
  "$root"/*) directories+=("-I$1") ;;
  /usr/include) ;; # searched anyway; named, it hides the headers of C from those of C++
  *) directories+=(-isystem "$1") ;;
  esac
  shift
done
shift

# --- Is there what it takes? ---
skip() {
  echo "skipped: $1"
  exit 0
}
command -v nvcc >/dev/null || skip "no nvcc on the PATH"
version=$(nvcc --version | sed -n 's/.*release \([0-9]*\).*/\1/p')
((version >= 12)) || skip "nvcc $version does not know C++20 (12 does)"
grep -qs 'KOKKOS_VERSION 304' "$kokkos/KokkosCore_config.h" || skip "$kokkos is not Kokkos 3.4"

# --- What is compiled ---
kernel='\b(KOKKOS_(CLASS_)?LAMBDA|parallel_(for|reduce|scan))\b'
find_sources() {
  grep -rlE "$kernel" --include='*.cpp' --exclude-dir=device --exclude-dir=guard src apps tests
  while read -r header; do
    grep -rlF "#include \"${header#src/}\"" --include='*.cpp' src apps || true
  done < <(grep -rlE "$kernel" --include='*.hpp' src)
  if [[ -e $(dirname "$(command -v nvcc)")/../include/cublas_v2.h ]]; then
    echo src/linalg/backend_cuda.cpp
  fi
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
find_sources | sort -u >"$scratch/sources"

# Most of the time goes into headers: a unit is one source of each room, as nvcc refuses a class
# template whose members are instantiated in several places of a unit. Where names that files keep to
# themselves recur across rooms the unit fails and its sources are compiled one by one.
awk -F/ -v root="$root" -v scratch="$scratch" '{
  room = $0
  sub("/[^/]*$", "", room)
  print "#include \"" root "/" $0 "\"" > (scratch "/unit" ++files[room] ".cpp")
}' "$scratch/sources"

# --- Compile, two at a time ---
# Half precision of Kokkos 3.4 and fmt 9 need help; 3012 and 3014 are about headers of Kokkos. The
# host's part is looked at and not translated.
flags=(-x cu -std=c++20 -arch=sm_90 --expt-extended-lambda --expt-relaxed-constexpr
  -Werror all-warnings -Wext-lambda-captures-this -diag-suppress "3014,3012"
  -DFMT_USE_CONSTEXPR=1 "${directories[@]}" "$@" -Xcompiler -fsyntax-only -c -o /dev/null)

compile() { nvcc "${flags[@]}" "$1" 2>&1; }

compile_unit() { # UNIT: names of sources that fail to UNIT.failed, their messages to UNIT.log
  compile "$1" >"$1.log" && return
  : >"$1.log"
  while read -r source; do
    compile "$source" >>"$1.log" || echo "$source" >>"$1.failed"
  done < <(sed 's/#include "\(.*\)"/\1/' "$1")
}

expect_error() { # SOURCE TEXT
  local said
  said=$(compile "$1" || true)
  [[ $said == *"$2"* ]] || echo "the check is blind to $1: $said" >>"$scratch/blind.failed"
}

for unit in "$scratch"/unit*.cpp; do
  compile_unit "$unit" &
  (($(jobs -rp | wc -l) < 2)) || wait -n
done
expect_error tests/device/planted_call.cpp 'a __host__ function("catapult::of_the_host' &
(($(jobs -rp | wc -l) < 2)) || wait -n
expect_error tests/device/planted_capture.cpp "Implicit capture of 'this'" &
wait

if cat "$scratch"/*.failed 2>/dev/null; then
  cat "$scratch"/*.log
  exit 1
fi
echo "$(wc -l <"$scratch/sources") sources compile for CUDA"
