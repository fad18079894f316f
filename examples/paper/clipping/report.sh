#!/bin/sh
# report.sh - what the runs of results.csv show
#
#     report.sh page <README.md   the page with its tables computed
#     report.sh best              the best fixed threshold of each cell: TASK RATE THRESHOLD
#     report.sh winners           the methods of the stage winners: TASK RATE METHOD
#     report.sh figures FOLDER    CSV files there, from which figures.sh draws
#
# RESULTS names another file of results.
set -eu

here=$(dirname "$0")
LC_ALL=C
export LC_ALL

# statistics PROGRAM [ARGUMENT...]: run an awk program on the statistics.
statistics() {
    program=$1
    shift
    awk -F, -f "$here/../arithmetic.awk" -f "$here/statistics.awk" -f "$here/$program" "$@"
}

results=${RESULTS:-$here/results.csv}
case $1 in
page) statistics tables.awk "$here/tasks.csv" "$results" - ;;
best) statistics best.awk "$here/tasks.csv" "$results" ;;
winners) statistics best.awk -v SHAPES=1 "$here/tasks.csv" "$results" ;;
figures) statistics figures.awk -v FOLDER="$2" "$here/tasks.csv" "$results" ;;
*) echo "report.sh: page, best, winners or figures, not $1" >&2 && exit 2 ;;
esac
