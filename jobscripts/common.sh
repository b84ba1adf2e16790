# shellcheck shell=bash
# What the scripts of this folder share. It is sourced, never run.

# The project's root; PREFIX/share/catapult where it is installed.
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

in_checkout() { [[ -e $home/CMakeLists.txt ]]; }

# Prints where the program is: $CATAPULT, else what this checkout builds or what is installed.
program() {
  if in_checkout; then
    echo "${CATAPULT:-$home/build/release/bin/catapult}"
  else
    echo "${CATAPULT:-${home%/share/catapult}/bin/catapult}"
  fi
}

# A job that is stopped before its study is done continues by itself. It is given up after so many
# restarts in a row that reached no new checkpoint and finished no member.
MAX_STALLED_RESTARTS=${MAX_STALLED_RESTARTS:-3}

# What starts the ranks; a script adds its machine's options. -K1: where one rank dies the others
# wait for it in vain, so the step ends.
launch=(srun -K1)

# Prints the string of a key of [study]; a deck that cannot be read is the program's to tell.
deck_string() { # KEY DECK
  sed -n "/^ *\(study\.\)\?$1 *= *\"\([^\"]*\)\".*/{s//\2/p;q}" "$2" 2>/dev/null || true
}

# Prints a text of a deck or --set as the program takes it: without quotes, ~ and $NAME expanded.
expanded() { # TEXT
  local text=$1 done="" name
  text=${text#[\"\']} text=${text%[\"\']}
  [[ $text != \~ && $text != \~/* ]] || done=${HOME:-} text=${text:1}
  while [[ $text =~ ^([^$]*)\$(\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))(.*)$ ]]; do
    name=${BASH_REMATCH[3]:-${BASH_REMATCH[4]}}
    done+=${BASH_REMATCH[1]}${!name:-} text=${BASH_REMATCH[5]}
  done
  echo "$done$text"
}

# Prints the run folder of `run_folder DECK [arguments of catapult run...]`: --out, else
# --set study.output, else the deck's own, with -short behind it for --short.
run_folder() {
  local deck=$1 out="" folder name ending="" named=""
  shift
  folder=$(deck_string output "$deck")
  name=$(deck_string name "$deck")
  while (($# > 0)); do
    case $1 in
      --short) ending=-short ;;
      --out) out=${2:-} ;;
      --out=*) out=${1#--out=} ;;
      study.output=* | --set=study.output=*) folder=${1#*study.output=} named=1 ;;
      study.name=* | --set=study.name=*) name=${1#*study.name=} ;;
    esac
    shift
  done
  [[ -z $named ]] || ending=""
  folder=${folder:-runs/${name:-study}}
  [[ -z $ending ]] || while [[ $folder == */ ]]; do folder=${folder%/}; done
  expanded "${out:-$folder$ending}"
}

# Has "${launch[@]}" "$(program)" run on all cores of this machine: installs what is missing and
# builds, in a checkout. RANKS=4 in the environment takes so many cores in place of all.
prepare_machine() {
  if in_checkout && [[ -z ${CATAPULT:-} ]]; then
    "$home/cmake/install_dependencies.sh"
    "$home/cmake/build.sh" release catapult
  fi
  # One thread a rank, as ranks fill the cores. ob1 saves 0.2 s of start-up on one machine.
  export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 OMPI_MCA_pml=${OMPI_MCA_pml:-ob1}
  if (($(id -u) == 0)); then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
  # Virtual machines call their cores threads of one core, so threads are counted and not bound;
  # nproc would take OMP_NUM_THREADS for their number.
  ranks=${RANKS:-$(env -u OMP_NUM_THREADS nproc)}
  launch=(mpirun -q -n "$ranks" --oversubscribe --bind-to none)
}

# Threads of a rank, for OpenMP and BLAS; srun no longer takes its --cpus-per-task from sbatch.
set_threads() {
  export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1} OPENBLAS_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
  export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}
  export OMP_PROC_BIND=close OMP_PLACES=cores
}

# Loads the Spack environment NAME of the user's Spack in $SPACK_ROOT.
load_spack() { # NAME
  set +u # Spack's own scripts use unset variables
  # shellcheck disable=SC1091  # outside the project
  source "${SPACK_ROOT:?must name the folder of Spack}/share/spack/setup-env.sh"
  spack env activate "$1"
  set -u
}

# This job, as squeue and scontrol take it: the number of a task alone may mean the whole array.
job_id() {
  if [[ -n ${SLURM_ARRAY_JOB_ID:-} ]]; then
    echo "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
  else
    echo "$SLURM_JOB_ID"
  fi
}

# What a run has reached: how many members are finished, and the checkpoints of all.
reached() { # RUN
  sed -n 's/.*"finished": *\([0-9]*\).*/finished \1/p' "$1/status.json" 2>/dev/null || true
  find "$1/members" -name 'step-*.h5' 2>/dev/null | sort || true
}

# Puts this job back into the queue, unless it has stalled too often. BEFORE: what the run had
# reached when the job started.
requeue() { # RUN BEFORE
  local stalled=0 count=$1/stalled_restarts
  if [[ $(reached "$1") == "$2" ]]; then
    ((${SLURM_RESTART_COUNT:-0} == 0)) || stalled=$(cat "$count" 2>/dev/null || echo 0)
    stalled=$((stalled + 1))
  fi
  if ((stalled > MAX_STALLED_RESTARTS)); then
    echo "error: $1 got no further in $stalled starts in a row (the time limit may be shorter" \
      "than one step and one checkpoint); submit the job again with a longer --time" >&2
  elif ! echo "$stalled" >"$count"; then
    echo "error: $count cannot be written, so the job is not put back; free space" >&2
  else
    echo "stopped early with a valid checkpoint: job $(job_id) goes back into the queue"
    scontrol requeue "$(job_id)" ||
      echo "error: Slurm refused (see above); the same sbatch command line continues the run" >&2
  fi
}

# Runs the study of DECK by the command "${launch[@]}" in the time left to this job, puts the job
# back into the queue where it stopped early, and exits with the program's code.
run_study() { # DECK [arguments of catapult run...]
  if [[ " $* " =~ " --resume"[\ =]"never " ]]; then
    echo "error: --resume never in a job script (a restarted job would begin anew each time);" \
      "remove the run folder instead" >&2
    exit 2
  fi
  local run before left code=0
  run=$(run_folder "$@")
  before=$(reached "$run")
  left=$(squeue --noheader --jobs="$(job_id)" --format=%L) || true
  left=${left//[[:space:]]/} # its columns are filled up
  [[ $left =~ ^[0-9:-]+$ ]] || left=UNLIMITED # Slurm's signal still comes
  "${launch[@]}" "$(program)" run "$@" --max-time "$left" || code=$?
  ((code != 75)) || requeue "$run" "$before"
  exit "$code"
}
