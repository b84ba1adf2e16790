#!/usr/bin/env bash
# A study on this machine from nothing to pictures and a page of them: installs what is missing,
# builds, runs the deck on all cores, draws. Where catapult is installed it only runs and draws. The
# same command line continues a run that was stopped.
#   jobscripts/local.sh DECK [arguments of `catapult run`...]
# RANKS=4 in the environment takes so many cores in place of all, CATAPULT=PROGRAM a program that is
# built already.
set -euo pipefail

if (($# == 0)) || [[ $1 == -* ]]; then
  echo "usage: jobscripts/local.sh DECK [arguments of catapult run...]" >&2
  exit 2
fi
deck=$1
shift

# shellcheck source=jobscripts/common.sh
source "$(dirname "$(readlink -f "$0")")/common.sh"

prepare_machine
code=0
"${launch[@]}" "$(program)" run "$deck" "$@" || code=$?

run=$(run_folder "$deck" "$@")
if [[ -d $run ]]; then
  "$home/apps/plots/catapult_report.py" "$run" || echo "warning: the page was not written" >&2
fi
if ((code == 75)); then
  echo "stopped early with a valid checkpoint: the same command line continues the run"
fi
exit "$code"
