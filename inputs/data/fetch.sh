#!/usr/bin/env bash
# Fetches a data set from the network, verifies its checksums and unpacks it.
#   inputs/data/fetch.sh mnist|cifar10|cifar100 [FOLDER]
# It then lies in FOLDER/mnist, FOLDER/cifar-10-batches-bin or FOLDER/cifar-100-binary. Unless
# given, FOLDER is the first that may be written of $CATAPULT_DATA, the folder of this script and
# the current one; the program looks there. What is there and whole is left as it is.
# Exit codes: 0 all there, 2 usage or missing tool, 3 could not be fetched or verified.
set -euo pipefail

mnist_mirrors=(
  https://ossci-datasets.s3.amazonaws.com/mnist
  https://storage.googleapis.com/cvdf-datasets/mnist
  http://yann.lecun.com/exdb/mnist
)
cifar_mirrors=(https://www.cs.toronto.edu/~kriz)

# Sums of the uncompressed files: SHA-256 where it is known, else MD5.
mnist_sums="\
ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte"
cifar10_archive_md5=c32a1d4ab5d03f1284b67883e8d87530
cifar10_sums="\
cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5 data_batch_1.bin
5ea93a67294ea407fff1d09f752e9692 data_batch_2.bin
942cd6a4bcdd0dd3c604fbe906cb4421 data_batch_3.bin
ae636b3ba5c66a11e91e8cb52e771fcb data_batch_4.bin
53f37980c15c3d472c316c40844f3f0d data_batch_5.bin
8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b test_batch.bin"
# Only the archive's sum is published: the sums of its files are noted beside them when unpacked.
cifar100_archive_md5=03b5dce01913d631647c71ecec9e9cb8
noted_sums=SHA256SUMS

say() { printf 'fetch.sh: %s\n' "$*"; }
fail() {
  local code=$1
  shift
  printf 'fetch.sh: %s\n' "$*" >&2
  exit "$code"
}

need_tools() {
  local tool
  for tool in gzip sha256sum md5sum tar; do
    command -v "$tool" > /dev/null || fail 2 "needs the command $tool (not found); install it"
  done
}

# sum_of SUM < CONTENT: the checksum of the same kind as SUM, told by its length.
sum_of() {
  if [ "${#1}" -eq 64 ]; then sha256sum; else md5sum; fi | cut -d ' ' -f 1
}

# verified FOLDER NAME SUM: whether FOLDER/NAME, or else FOLDER/NAME.gz, has this content.
verified() {
  local found
  if [ -f "$1/$2" ]; then
    found=$(sum_of "$3" < "$1/$2")
  elif [ -f "$1/$2.gz" ]; then
    found=$(gzip -dc "$1/$2.gz" 2> /dev/null | sum_of "$3") || return 1
  else
    return 1
  fi
  [ "$found" = "$3" ]
}

# all_verified FOLDER SUMS: whether all files of the list are there and whole.
all_verified() {
  local sum name
  while read -r sum name; do
    verified "$1" "$name" "$sum" || return 1
  done <<< "$2"
}

download() { # download URL FILE
  say "downloading $1"
  if command -v curl > /dev/null; then
    curl --fail --location --retry 2 --connect-timeout 20 --silent --show-error -o "$2" "$1"
  elif command -v wget > /dev/null; then
    wget --tries=3 --timeout=20 --no-verbose -O "$2" "$1"
  else
    fail 2 "needs curl or wget (neither found); install one of them"
  fi
}

fetch_mnist() {
  local folder=$1 sum name mirror
  while read -r sum name; do
    if verified "$folder" "$name" "$sum"; then continue; fi
    for mirror in "${mnist_mirrors[@]}"; do
      if download "$mirror/$name.gz" "$partial/$name.gz" && gzip -df "$partial/$name.gz" &&
        verified "$partial" "$name" "$sum"; then
        mv "$partial/$name" "$folder/$name"
        break
      fi
      say "$mirror/$name.gz did not give the right file (expected checksum $sum)"
    done
    verified "$folder" "$name" "$sum" ||
      fail 3 "cannot get $name (no mirror gave it whole); check the network, or put it into $folder"
  done <<< "$mnist_sums"
}

# fetch_archive FOLDER NAME MD5: unpacks NAME, which holds the folder of this name, into FOLDER.
fetch_archive() {
  local folder=$1 name=$2 md5=$3 mirror
  for mirror in "${cifar_mirrors[@]}"; do
    if download "$mirror/$name" "$partial/$name" && verified "$partial" "$name" "$md5"; then
      tar -xzf "$partial/$name" -C "$partial"
      mv "$partial/$(basename "$folder")"/* "$folder/"
      return
    fi
    say "$mirror/$name did not give the right file (expected checksum $md5)"
  done
  fail 3 "cannot get $name (no mirror gave it whole); check the network, or unpack it into $folder"
}

fetch_cifar10() {
  if all_verified "$1" "$cifar10_sums"; then return; fi
  fetch_archive "$1" cifar-10-binary.tar.gz "$cifar10_archive_md5"
  all_verified "$1" "$cifar10_sums" ||
    fail 3 "$1 does not hold the files expected (checksums differ); delete it and run this again"
}

fetch_cifar100() {
  if [ -f "$1/$noted_sums" ] && (cd "$1" && sha256sum --check --status "$noted_sums"); then
    return
  fi
  fetch_archive "$1" cifar-100-binary.tar.gz "$cifar100_archive_md5"
  (cd "$1" && sha256sum train.bin test.bin > "$noted_sums")
}

default_folder() {
  local folder
  for folder in "${CATAPULT_DATA:-}" "$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"; do
    if [ -w "$folder" ]; then
      printf '%s\n' "$folder"
      return
    fi
  done
  pwd
}

usage="usage: inputs/data/fetch.sh mnist|cifar10|cifar100 [FOLDER]"
if [ $# -lt 1 ] || [ $# -gt 2 ]; then fail 2 "$usage"; fi
case $1 in
  mnist) folder=mnist ;;
  cifar10) folder=cifar-10-batches-bin ;;
  cifar100) folder=cifar-100-binary ;;
  -h | --help)
    printf '%s\n' "$usage"
    exit 0
    ;;
  *) fail 2 "unknown data set \"$1\" (mnist, cifar10 and cifar100 can be fetched); $usage" ;;
esac
need_tools
target=${2:-$(default_folder)}/$folder
mkdir -p "$target" || fail 3 "cannot make $target; name another folder"
partial=$(mktemp -d "$target/.partial-XXXXXX")
trap 'rm -rf "$partial"' EXIT

"fetch_$1" "$target"
say "$1 is in $target, checksums verified${2:+; use it with data.path = \"$target\"}"
