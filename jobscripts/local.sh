#!/usr/bin/env bash
# A study on this machine from nothing to pictures: installs what is missing, builds, runs the deck
# on all cores, draws. Where catapult is installed it only runs and draws. The same command line
# continues a run that was stopped.
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

if in_checkout && [[ -z ${CATAPULT:-} ]]; then
  "$home/cmake/install_dependencies.sh"
  "$home/cmake/build.sh" release catapult
fi

# One thread a rank, as ranks fill the cores. ob1 saves 0.2 s of start-up on one machine.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMPI_MCA_pml=${OMPI_MCA_pml:-ob1}
if (($(id -u) == 0)); then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
# Virtual machines call their cores threads of one core, so threads are counted and not bound; nproc
# would take OMP_NUM_THREADS for their number.
ranks=${RANKS:-$(env -u OMP_NUM_THREADS nproc)}

code=0
mpirun -q -n "$ranks" --oversubscribe --bind-to none "$(program)" run "$deck" "$@" || code=$?

run=$(run_folder "$deck" "$@")
if [[ -f $run/summary.csv ]]; then
  "$home/apps/plots/catapult_plot.py" "$run" || echo "warning: the pictures were not drawn" >&2
fi
if ((code == 75)); then
  echo "stopped early with a valid checkpoint: the same command line continues the run"
fi
exit "$code"
