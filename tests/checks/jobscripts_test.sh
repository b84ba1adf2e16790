#!/usr/bin/env bash
# The job scripts with a Slurm that is played: what they start, when they go back into the queue,
# and as what. tests/slurm runs two of them on a real one.
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
ln -s "$source_folder/jobscripts" .
mkdir -p bin spack/share/spack run/members/0000/checkpoints run/model.width=16
echo 'spack() { echo "spack $*" >>calls; }' >spack/share/spack/setup-env.sh
printf 'study.name = "t"\nstudy.output = "run"\n' >deck.toml

play() { # NAME BODY
  printf '#!/usr/bin/env bash\necho "%s $*" >>calls\n%s\n' "$1" "$2" >"bin/$1"
  chmod +x "bin/$1"
}
play module ""
play scontrol ""
play squeue "echo '   1-02:03:04 '"
# The program writes checkpoint STEP where one is wanted, and ends with CODE.
# shellcheck disable=SC2016  # the $ are the played command's
play srun 'echo "GPU support ${MPICH_GPU_SUPPORT_ENABLED:-off}, $OMP_NUM_THREADS threads" >>calls
[[ -z ${STEP:-} ]] || touch "run/members/0000/checkpoints/step-$STEP.h5"
exit "${CODE:-0}"'

submit() { # SCRIPT ARGUMENTS...
  : >calls
  code=0
  output=$(env PATH="$scratch/bin:$PATH" SPACK_ROOT="$scratch/spack" SLURM_JOB_ID=41 \
    bash "jobscripts/$1" "${@:2}" 2>&1) || code=$?
}
expect() { # WHAT CONDITION...
  local what=$1
  shift
  "$@" || { echo "failed: $what (exit $code): $output; calls: $(cat calls)"; exit 1; }
}
called() { grep -q -e "$1" calls; }
says() { grep -q -e "$1" <<<"$output"; }
not() { ! "$@"; }

for script in generic perlmutter frontier; do
  submit $script.sbatch deck.toml --set model.width=8
  expect "$script ends with the program's code" [ "$code" = 0 ]
  expect "$script starts the ranks with the time left" called \
    "^srun -K1 .*/catapult run deck.toml --set model.width=8 --max-time 1-02:03:04$"
  expect "$script does not requeue a finished run" not called "^scontrol"
  for line in --signal=USR1@300 --open-mode=append --requeue; do
    expect "$script has $line" grep -q "^#SBATCH $line$" jobscripts/$script.sbatch
  done
done
submit perlmutter.sbatch deck.toml
expect "modules and the Spack environment are loaded" called "^spack env activate catapult"

# GPUs: each rank one, and MPI reads their memory. A build without them (none asked for) would not
# start with an MPI told to look for them.
SLURM_GPUS_PER_NODE=4 SLURM_CPUS_PER_TASK=32 submit perlmutter.sbatch deck.toml
expect "Perlmutter's ranks see all GPUs" called "^srun .* --cpu-bind=cores --gpu-bind=none "
expect "MPI reads Perlmutter's GPUs; a thread a core" called "^GPU support 1, 16 threads$"
SLURM_GPUS_PER_NODE=0 SLURM_CPUS_PER_TASK=2 submit perlmutter.sbatch deck.toml
expect "no GPUs on Perlmutter's CPU nodes" called "^GPU support off, 1 threads$"
SLURM_GPUS_PER_TASK=1 SLURM_CPUS_PER_TASK=7 submit frontier.sbatch deck.toml
expect "Frontier's ranks see the nearest GPU" called "^srun .* --gpu-bind=closest "
expect "MPI reads Frontier's GPUs" called "^GPU support 1, 7 threads$"
SLURM_GPUS_PER_TASK=0 SLURM_CPUS_PER_TASK=1 submit frontier.sbatch deck.toml
expect "no GPUs for a build of Frontier without" not called "gpu-bind\|^GPU support 1"

for CODE in 1 2 3 4 5 6 137; do
  export CODE
  submit generic.sbatch deck.toml
  expect "code $CODE is handed on" [ "$code" = "$CODE" ]
  expect "code $CODE is not requeued" not called "^scontrol"
done

export CODE=75
STEP=000000000005 submit generic.sbatch deck.toml
expect "75 is requeued" called "^scontrol requeue 41$"
expect "75 is handed on" [ "$code" = 75 ]
SLURM_ARRAY_JOB_ID=40 SLURM_ARRAY_TASK_ID=1 submit array.sbatch deck.toml model.width 8,16
expect "a task of an array is requeued alone" called "^scontrol requeue 40_1$"
expect "a task of an array asks for its own time" called "^squeue .*--jobs=40_1 "
expect "a task has its value and its folder" called \
  "^srun .* run deck.toml --set model.width=16 --out run/model.width=16 --max-time"

# shellcheck disable=SC2016  # the program's to expand, and the scripts'
FOLDER=run STEP=000000000004 submit generic.sbatch deck.toml --set 'study.output=$FOLDER'
expect "the run folder is found behind a variable" called "^scontrol requeue 41$"

# The run folder as the program names it.
folder_is() { # FOLDER ARGUMENTS...
  local found
  # shellcheck disable=SC2016  # the inner shell's
  found=$(bash -c 'source jobscripts/common.sh; run_folder "$@"' test "${@:2}")
  expect "the run folder of ${*:2} is $1, not $found" [ "$found" = "$1" ]
}
printf 'study.name = "t"\n' >plain.toml
folder_is run deck.toml
folder_is run-short deck.toml --short
folder_is runs/t-short plain.toml --short
folder_is runs/u-short plain.toml --short --set study.name=u
folder_is x deck.toml --set study.output=x --short
folder_is y deck.toml --short --out y --set study.output=x

# Restarts that reach nothing are counted, over the restarts of one job, and progress forgives.
submit generic.sbatch deck.toml
for restart in 1 2; do SLURM_RESTART_COUNT=$restart submit generic.sbatch deck.toml; done
expect "three starts without progress are borne" called "^scontrol requeue 41$"
SLURM_RESTART_COUNT=3 submit generic.sbatch deck.toml
expect "the fourth is given up" not called "^scontrol"
expect "giving up is told" says "error: run got no further in 4 starts"
SLURM_RESTART_COUNT=3 STEP=000000000006 submit generic.sbatch deck.toml
expect "a new checkpoint is progress" called "^scontrol requeue 41$"
SLURM_RESTART_COUNT=4 submit generic.sbatch deck.toml
expect "after progress the count begins anew" called "^scontrol requeue 41$"
MAX_STALLED_RESTARTS=0 submit generic.sbatch deck.toml
expect "the cap is a variable" not called "^scontrol"

play scontrol "exit 1"
STEP=000000000007 submit generic.sbatch deck.toml
expect "a refusal of Slurm is told" says "the same sbatch command line continues the run"
expect "a refusal of Slurm leaves the code" [ "$code" = 75 ]
play squeue "exit 1"
submit generic.sbatch deck.toml
expect "without squeue there is no limit" called "^srun .*--max-time UNLIMITED$"

submit generic.sbatch deck.toml --resume never
expect "--resume never is refused" [ "$code" = 2 ]
SLURM_ARRAY_JOB_ID=40 SLURM_ARRAY_TASK_ID=2 submit array.sbatch deck.toml model.width 8,16
expect "a task without a value is refused" [ "$code" = 2 ]
expect "a task without a value is told the range" says "--array=0-1"
SLURM_ARRAY_JOB_ID=40 SLURM_ARRAY_TASK_ID=0 submit array.sbatch deck.toml model.width 8 --out x
expect "--out of an array is refused" [ "$code" = 2 ]

# Installed, from any folder: the copy of a script that Slurm runs finds the others by the program in
# PATH.
mkdir -p prefix/bin prefix/share/catapult elsewhere
ln -s "$source_folder/jobscripts" prefix/share/catapult
printf '#!/bin/sh\n' >prefix/bin/catapult
chmod +x prefix/bin/catapult
cp "$source_folder/jobscripts/generic.sbatch" elsewhere/slurm_script
cd elsewhere
unset CODE
code=0 output=$(PATH="$scratch/prefix/bin:$scratch/bin:$PATH" SLURM_JOB_ID=41 \
  bash slurm_script deck.toml 2>&1) || code=$?
expect "an installed script runs" [ "$code" = 0 ]
expect "an installed script starts the program of its prefix" called \
  "^srun -K1 $scratch/prefix/bin/catapult run deck.toml "
cd "$scratch"

# The paper's figures, with a program that is played: four decks in an installed folder, whose
# expected seconds (full, short) stand in them. figD's data are missing.
mkdir -p paper/bin paper/share/catapult/inputs/paper paper/share/catapult/apps/plots
cp -r "$source_folder/jobscripts" paper/share/catapult
for figure in "figA 1000 50" "figB 2000 20" "figC 100 10" "figD - -"; do
  echo "# ${figure#* }" >"paper/share/catapult/inputs/paper/${figure%% *}.toml"
done
cat >paper/bin/catapult <<'PROGRAM'
#!/usr/bin/env bash
read -r _ full short <"$2"
name=$(basename "$2" .toml)
[[ " $* " != *" --short "* ]] || full=$short
if [[ $1 == check ]]; then
  [[ $full != - ]] || { echo "error: no data" >&2; exit 3; }
  printf '{"machine": {"flops": 1},\n"job": {\n"seconds": %s\n},\n"seconds": 7}\n' "$full"
  exit
fi
echo "$*" >>calls
while [[ $1 != --out ]]; do shift; done
mkdir -p "$2"
code=$(sed -n "s/^$name //p" codes)
((${code:-0} != 0)) || echo '  "state": "finished"' >"$2/status.json"
exit "${code:-0}"
PROGRAM
# shellcheck disable=SC2016  # the $ are the played commands'
printf '#!/usr/bin/env bash\nexec "${@:7}"\n' >bin/mpirun
# shellcheck disable=SC2016
printf '#!/usr/bin/env bash\necho "page $*" >>calls\n' \
  >paper/share/catapult/apps/plots/paper_report.py
chmod +x bin/mpirun paper/bin/catapult paper/share/catapult/apps/plots/paper_report.py
paper() {
  : >calls
  code=0
  output=$(env -u CATAPULT PATH="$scratch/bin:$PATH" RANKS=2 \
    bash paper/share/catapult/jobscripts/paper.sh "$@" 2>&1) || code=$?
}
line_of() { grep -n -m1 -e "$1" calls | cut -d: -f1; }

: >codes
paper --hours 0.4 # of which 1224 s are for runs: 1130 + 20 in full, but not 2000
expect "the paper ends well" [ "$code" = 0 ]
expect "what fits runs in full" called "^run .*/figA.toml --out runs/paper/figA --max-time"
expect "what does not fit runs short" called \
  "^run .*/figB.toml --out runs/paper/figB-short --short --max-time"
expect "the longest comes first" [ "$(line_of figA.toml)" -lt "$(line_of figC.toml)" ]
expect "the shortest comes last" [ "$(line_of figC.toml)" -lt "$(line_of figB.toml)" ]
expect "time is set aside for those behind" called "figA.toml .* --max-time 0:2[12]:"
expect "a figure without data is told" says "figD cannot run: error: no data"
expect "a figure without data is not run" not called "^run .*figD"
expect "the page is written after each figure" [ "$(grep -c ^page calls)" = 4 ]
paper --hours 0.4
expect "what is finished is not run again" not called "^run"
paper --hours 2
expect "more time runs in full what was short" called "^run .*/figB.toml --out runs/paper/figB --max"
expect "and nothing else" [ "$(grep -c ^run calls)" = 1 ]

rm -r runs
printf 'figA 75\nfigC 4\n' >codes
paper --hours 0.1
expect "a stopped figure ends with 75" [ "$code" = 75 ]
expect "a stopped figure gets what time is left" [ "$(grep -c '^run.*figA' calls)" = 2 ]
expect "a failure does not end the script" called "^run .*figB"
expect "a failure is told" says "figure figC ended with code 4"
: >codes
paper --hours 0.1
expect "the same command line goes on" called "^run .*/figA.toml --out runs/paper/figA-short --short"
expect "with all that is not done" [ "$(grep -c ^run calls)" = 2 ]
rm -r runs
paper --hours 0
expect "without time nothing is run" not called "^run"
expect "that there was no time is told" [ "$code" = 75 ]
paper --page
expect "the page alone" [ "$(cut -d' ' -f1 calls)" = page ]
paper --hours soon
expect "hours are a number" [ "$code" = 2 ]

# A short version that check takes for long leaves its time to full ones in the end.
rm -r runs
echo "# 2000 1900" >paper/share/catapult/inputs/paper/figE.toml
paper --hours 0.6 # 1836 s are for runs
expect "first all run short" called "^run .*/figE.toml --out runs/paper/figE-short"
expect "the quickest first then run in full" [ "$(line_of 'figC --max')" -lt "$(line_of 'figA --max')" ]
expect "what does not fit stays short" not called "^run .*/fig[BE].toml --out runs/paper/fig[BE] "
rm -r runs/paper/figA
echo 1000 >runs/paper/spent
paper --hours 0.6
expect "the time of all starts is counted" not called "^run"
rm paper/share/catapult/inputs/paper/figE.toml

# In a task of an array the script lies elsewhere, and H is for its figure.
rm -r runs
mkdir spool
cp jobscripts/paper.sh spool/slurm_script
ln -s paper/share/catapult/inputs .
# shellcheck disable=SC2016
play srun 'exec "${@:2}"'
task() { # NUMBER
  : >calls
  code=0
  output=$(env CATAPULT="$scratch/paper/bin/catapult" PATH="$scratch/bin:$PATH" SLURM_JOB_ID=41 \
    SLURM_ARRAY_JOB_ID=40 SLURM_ARRAY_TASK_ID="$1" SLURM_NTASKS=4 \
    bash spool/slurm_script --hours 0.5 2>&1) || code=$?
}
task 0
expect "a task runs its figure in full where it fits" called \
  "^run .*/figA.toml --out runs/paper/figA --max-time UNLIMITED$"
expect "a task writes no page" not called "^page"
echo "figB 75" >codes
task 1
expect "a task runs the short version elsewhere" called "^run .*/figB.toml --out .*-short --short"
expect "a task that is stopped goes back into the queue" called "^scontrol requeue 40_1$"
task 3
expect "a task without data says so" says "error: no data"
expect "a task without data ends" [ "$code" = 3 ]
task 4
expect "a task without a figure is told the range" says "--array=0-3"
echo "job scripts: all cases pass"
