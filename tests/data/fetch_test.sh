#!/usr/bin/env bash
# Tests inputs/data/fetch.sh without a network: a stand-in for curl serves files from a folder, and
# a copy of the script expects their checksums.
#   fetch_test.sh SOURCE_FOLDER
set -euo pipefail
script=$1/inputs/data/fetch.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}
# expect CODE TEXT COMMAND...: exit code and a part of the output
expect() {
  local code=$1 text=$2 found=0
  shift 2
  "$@" > "$work/output" 2>&1 || found=$?
  [ "$found" -eq "$code" ] || fail "$* ended with $found, expected $code: $(cat "$work/output")"
  grep -qF -- "$text" "$work/output" || fail "$* did not say \"$text\": $(cat "$work/output")"
}
downloads() { wc -l < "$work/requests"; }

# --- The stand-in: $work/served/HOST/NAME is what HOST delivers as NAME ---
mkdir "$work/bin"
cat > "$work/bin/curl" << 'CURL'
#!/usr/bin/env bash
url=${*: -1}
while [ "$1" != -o ]; do shift; done
printf '%s\n' "$url" >> "$WORK/requests"
host=${url#*://}
cp "$WORK/served/${host%%/*}/${url##*/}" "$2" 2> /dev/null || exit 22
CURL
chmod +x "$work/bin/curl"
export WORK=$work PATH=$work/bin:$PATH
lecun=yann.lecun.com google=storage.googleapis.com amazon=ossci-datasets.s3.amazonaws.com
toronto=www.cs.toronto.edu
mkdir -p "$work"/served/{$lecun,$google,$amazon,$toronto} "$work"/content
: > "$work/requests"

copy=$work/fetch.sh
cp "$script" "$copy"
expect_content() { # expect_content NAME SUM: the copy of the script expects this sum of NAME
  sed -i -E "s/^(.*\")?[0-9a-f]+ $1(\"?)$/\1$2 $1\2/" "$copy"
}
mnist_names="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte
             t10k-labels-idx1-ubyte"
for name in $mnist_names; do
  printf 'content of %s\n' "$name" > "$work/content/$name"
  gzip -c "$work/content/$name" > "$work/served/$google/$name.gz"
  printf 'not what was asked for\n' | gzip > "$work/served/$amazon/$name.gz"
  expect_content "$name" "$(sha256sum < "$work/content/$name" | cut -d ' ' -f 1)"
done
# serve_archive NAME FOLDER FILE...
serve_archive() {
  local name=$1 folder=$2 file
  shift 2
  mkdir "$work/content/$folder"
  for file in "$@"; do printf 'content of %s\n' "$file" > "$work/content/$folder/$file"; done
  tar -czf "$work/served/$toronto/$name" -C "$work/content" "$folder"
}
md5_of() { md5sum < "$1" | cut -d ' ' -f 1; }
batches="data_batch_1.bin data_batch_2.bin data_batch_3.bin data_batch_4.bin data_batch_5.bin
         test_batch.bin"
# shellcheck disable=SC2086 # the names are a list
serve_archive cifar-10-binary.tar.gz cifar-10-batches-bin $batches
serve_archive cifar-100-binary.tar.gz cifar-100-binary train.bin test.bin
for name in $batches; do
  expect_content "$name" "$(md5_of "$work/content/cifar-10-batches-bin/$name")"
done
for set in 10 100; do
  sed -i -E "s/^(cifar${set}_archive_md5=).*/\1$(md5_of "$work/served/$toronto/cifar-$set-binary.tar.gz")/" \
    "$copy"
done

# --- Usage ---
expect 2 "usage:" "$script"
expect 2 "usage:" "$script" mnist folder surplus
expect 2 'unknown data set "imagenet"' "$script" imagenet
expect 0 "usage:" "$script" --help

# --- MNIST: a wrong first mirror, then nothing left to do, then damage repaired ---
expect 0 "checksums verified" "$copy" mnist "$work/data"
grep -q "$amazon.*did not give the right file" "$work/output" || fail "the bad mirror is not named"
for name in $mnist_names; do
  cmp -s "$work/content/$name" "$work/data/mnist/$name" || fail "$name differs"
done
[ "$(downloads)" -eq 8 ] || fail "expected 8 downloads, found $(downloads)"
expect 0 "checksums verified" "$copy" mnist "$work/data"
[ "$(downloads)" -eq 8 ] || fail "a whole data set was downloaded again"
printf 'x' >> "$work/data/mnist/t10k-labels-idx1-ubyte"
expect 0 "checksums verified" "$copy" mnist "$work/data"
[ "$(downloads)" -eq 10 ] || fail "expected one file to be fetched again"
cmp -s "$work/content/t10k-labels-idx1-ubyte" "$work/data/mnist/t10k-labels-idx1-ubyte" ||
  fail "the damaged file was not replaced"

# --- Files put there by hand, compressed ---
mkdir -p "$work/by_hand/mnist"
cp "$work/served/$google"/*.gz "$work/by_hand/mnist"
expect 0 "checksums verified" "$copy" mnist "$work/by_hand"
[ "$(downloads)" -eq 10 ] || fail "compressed files at hand were downloaded again"

# --- Where nobody names a folder: that of the environment where it exists, else the script's ---
CATAPULT_DATA=$work/data expect 0 "in $work/data/mnist, checksums verified" "$copy" mnist
CATAPULT_DATA=$work/nowhere expect 0 "in $work/mnist, checksums verified" "$copy" mnist
[ ! -e "$work/nowhere" ] || fail "the folder of the environment was made"

# --- No mirror has it whole ---
rm "$work/served/$google/train-labels-idx1-ubyte.gz"
expect 3 "cannot get train-labels-idx1-ubyte" "$copy" mnist "$work/none"
[ ! -e "$work/none/mnist/train-labels-idx1-ubyte" ] || fail "a wrong file was left behind"
[ -z "$(find "$work/none" -name '.partial*')" ] || fail "a temporary folder was left behind"

# --- CIFAR: archives ---
for set in 10 100; do
  : > "$work/requests"
  expect 0 "checksums verified" "$copy" "cifar$set" "$work/data"
  expect 0 "checksums verified" "$copy" "cifar$set" "$work/data"
  [ "$(downloads)" -eq 1 ] || fail "cifar$set: expected 1 download, found $(downloads)"
done
cmp -s "$work/content/cifar-100-binary/train.bin" "$work/data/cifar-100-binary/train.bin" ||
  fail "train.bin differs"
printf 'x' >> "$work/data/cifar-100-binary/test.bin"
expect 0 "checksums verified" "$copy" cifar100 "$work/data"
cmp -s "$work/content/cifar-100-binary/test.bin" "$work/data/cifar-100-binary/test.bin" ||
  fail "the damaged test.bin was not replaced"
printf 'x' >> "$work/served/$toronto/cifar-10-binary.tar.gz"
rm "$work/data/cifar-10-batches-bin/data_batch_3.bin"
expect 3 "cannot get cifar-10-binary.tar.gz" "$copy" cifar10 "$work/data"

[ "$failures" -eq 0 ] && printf 'all passed\n'
