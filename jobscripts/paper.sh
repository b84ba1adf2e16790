#!/usr/bin/env bash
# The paper in one command: runs the decks of its figures on all cores of this machine, in full
# where `catapult check` says that the time allows it, else their short versions, and writes one
# page of what came out, runs/paper/report.html. The same command line goes on where it was stopped.
#   jobscripts/paper.sh [--hours H]      # H for all figures together, once it is built; else 2
#   jobscripts/paper.sh --page           # only writes the page of what there is
# On a cluster it is an array job, a task a figure, and H is for one figure; from where, modules and
# options of sbatch as in generic.sbatch. When all tasks are done, --page writes the page:
#   sbatch --array=0-19 --nodes=2 --ntasks-per-node=64 jobscripts/paper.sh --hours 8
# Tried on Slurm 22.05.
#SBATCH --job-name=catapult-paper
#SBATCH --output=catapult-paper-%A_%a.log
#SBATCH --open-mode=append
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=1
#SBATCH --time=04:00:00
#SBATCH --signal=USR1@300
#SBATCH --requeue
set -euo pipefail

refuse() {
  echo "usage: jobscripts/paper.sh [--hours H | --page]" >&2
  exit 2
}
hours=2 page_only=""
while (($# > 0)); do
  case $1 in
    --hours)
      (($# > 1)) || refuse
      hours=$2
      shift
      ;;
    --page) page_only=1 ;;
    *) refuse ;;
  esac
  shift
done
[[ $hours =~ ^[0-9]+(\.[0-9]+)?$ ]] || refuse

root=$(dirname "$(readlink -f "$0")")/..
if [[ -n ${SLURM_ARRAY_TASK_ID:-} ]]; then # Slurm has copied this script elsewhere
  root=. # of the project; where it is installed, beside the program in PATH
  [[ -e jobscripts/common.sh ]] ||
    root=$(dirname "$(readlink -f "$(command -v "${CATAPULT:-catapult}")")")/../share/catapult
fi
# shellcheck source=jobscripts/common.sh
source "$root/jobscripts/common.sh"

out=runs/paper
decks=$home/inputs/paper
mkdir -p "$out"

write_page() {
  "$home/apps/plots/paper_report.py" "$out" --decks "$decks"
}

# Prints the seconds that check expects of a figure; nothing where it refuses, which the log tells.
expected() { # NAME [--short]
  "$(program)" check "$decks/$1.toml" "${@:2}" --ranks "$ranks" --json 2>>"$out/$1.log" |
    awk '/"seconds":/ && !found++ { printf "%.3f\n", $2 }' || true
}

# Prints "NAME full-seconds short-seconds" ("-" for what cannot run), from check the first time.
plan() { # NAME
  if ! [[ -s $out/$1.plan ]]; then
    rm -f "$out/$1.log"
    local full short
    full=$(expected "$1") short=$(expected "$1" --short)
    [[ -n $full$short ]] || return 0
    echo "${full:--} ${short:--}" >"$out/$1.plan"
  fi
  echo "$1 $(<"$out/$1.plan")"
}

# Reads such lines, the quickest full one first, and prints "NAME VERSION SECONDS", longest first:
# the short versions, and in their place as many full ones as fit.
choose() { # SECONDS
  awk -v budget="$1" '
    { name[NR] = $1; full[NR] = $2; short[NR] = $3; if ($3 != "-") total += $3 }
    END {
      for (i = 1; i <= NR; ++i) {
        more = full[i] - (short[i] == "-" ? 0 : short[i])
        if (full[i] != "-" && total + more <= budget) {
          total += more
          print name[i], "full", full[i]
        } else if (short[i] != "-") {
          print name[i], "short", short[i]
        }
      }
    }' | sort -g -r -k3,3
}

folder_of() { # NAME VERSION
  [[ $2 == full ]] && echo "$out/$1" || echo "$out/$1-short"
}
is_finished() { # FOLDER
  grep -q '"state": "finished"' "$1/status.json" 2>/dev/null
}
# A full run is good for both.
is_done() { # NAME VERSION
  is_finished "$out/$1" || is_finished "$(folder_of "$1" "$2")"
}

# Sets `arguments`, those of `catapult run` for a figure.
set_arguments() { # NAME VERSION
  arguments=("$decks/$1.toml" --out "$(folder_of "$1" "$2")")
  [[ $2 == full ]] || arguments+=(--short)
}

# One task of an array: its figure, until it is done.
run_task() {
  local name=${names[$SLURM_ARRAY_TASK_ID]:-} version
  if [[ -z $name ]]; then
    echo "error: task $SLURM_ARRAY_TASK_ID has no figure; submit with" \
      "--array=0-$((${#names[@]} - 1))" >&2
    exit 2
  fi
  set_threads
  ranks=$SLURM_NTASKS
  read -r _ version _ < <(plan "$name" | choose "$seconds") || true
  [[ -n ${version:-} ]] || { cat "$out/$name.log" >&2 && exit 3; }
  set_arguments "$name" "$version"
  run_study "${arguments[@]}"
}

# Runs a figure for at most so many seconds and writes the page; notes code and time.
run_figure() { # NAME VERSION SECONDS
  local limit begin=$SECONDS code=0
  limit=$(printf '%d:%02d:%02d' $(($3 / 3600)) $(($3 / 60 % 60)) $(($3 % 60)))
  set_arguments "$1" "$2"
  echo "figure $1, $2"
  "${launch[@]}" "$(program)" run "${arguments[@]}" --max-time "$limit" 2>&1 |
    tee -a "$out/$1.log" || code=$?
  codes[$1]=$code
  write_page >/dev/null || echo "warning: the page was not written" >&2
  echo $(($(spent) + SECONDS - begin)) >"$out/spent"
}

# Prints the seconds that all starts of this script have run figures.
spent() {
  cat "$out/spent" 2>/dev/null || echo 0
}

# Runs what is not done of the figures in `chosen`, each in the time that is not set aside for those
# behind it; then, with what is left of all, those that were stopped.
run_chosen() {
  local round entry name version expected left later
  for round in first second; do
    later=$(printf '%s\n' "${chosen[@]}" | awk '{ sum += $3 } END { print int(sum) }')
    for entry in "${chosen[@]}"; do
      read -r name version expected <<<"$entry"
      later=$((later - ${expected%.*}))
      ! is_done "$name" "$version" || continue
      [[ $round == first || ${codes[$name]:-} == 75 ]] || continue
      left=$((deadline - SECONDS))
      ((left > LEAST_SECONDS)) || { codes[$name]=75 && continue; }
      [[ $round == second ]] || left=$((left - later))
      ((left > LEAST_SECONDS)) || left=$LEAST_SECONDS
      run_figure "$name" "$version" "$left"
    done
  done
}

# Runs in full what has run short, the quickest first, as long as the time of all starts allows it:
# check is careful where only training tells when a member ends.
run_more() {
  local entry name full left
  for entry in "${plans[@]}"; do
    read -r name full _ <<<"$entry"
    if [[ $full == - || ${codes[$name]:-0} != 0 ]] || is_finished "$out/$name"; then continue; fi
    left=$((seconds - $(spent)))
    ((left <= deadline - SECONDS)) || left=$((deadline - SECONDS))
    ((${full%.*} < left * SHARE / 100)) || return 0
    run_figure "$name" full "$left"
    ((codes[$name] != 75)) || codes[$name]=0 # its short version is there
  done
}

names=()
for deck in "$decks"/*.toml; do names+=("$(basename "$deck" .toml)"); done
seconds=$(awk -v hours="$hours" 'BEGIN { print int(3600 * hours) }')
LEAST_SECONDS=20 # of a run
SHARE=85         # percent of the time for runs; the rest for pictures and what takes longer

if [[ -n $page_only ]]; then
  write_page
  exit
fi
[[ -z ${SLURM_ARRAY_TASK_ID:-} ]] || run_task

prepare_machine
mapfile -t plans < <(for name in "${names[@]}"; do plan "$name"; done | sort -g -k2,2)
mapfile -t chosen < <(printf '%s\n' "${plans[@]}" | choose $((seconds * SHARE / 100)))
for name in "${names[@]}"; do
  [[ -s $out/$name.plan ]] || echo "$name cannot run: $(grep -m1 error: "$out/$name.log")"
done
printf '%s\n' "${chosen[@]}" | awk '{ printf "%-10s %-6s %8.1f s expected\n", $1, $2, $3 }'
deadline=$((SECONDS + seconds))
declare -A codes=()
run_chosen
run_more
page_code=0
write_page || page_code=$?

stopped=()
for name in "${!codes[@]}"; do
  case ${codes[$name]} in
    0) ;;
    75) stopped+=("$name") ;;
    *) echo "figure $name ended with code ${codes[$name]}, see $out/$name.log" ;;
  esac
done
if ((${#stopped[@]} > 0)); then
  echo "the time is over; the same command line goes on with ${stopped[*]}"
  exit 75
fi
exit "$page_code"
