#!/bin/sh
# figures.sh - draw the figures of the study from results.csv, as SVG: OUT/figures/NAME.svg
#
#     OUT=build/clipping SRNN=build/srnn figures.sh
#
# RESULTS names another file of results. threshold.svg needs the log of a run in OUT.
set -eu

here=$(dirname "$0")
figures=$OUT/figures

# draw NAME FILE TITLE [OPTION...]: unless there is no such file.
draw() {
    name=$1 file=$2 title=$3
    shift 3
    [ ! -f "$file" ] || "$SRNN" figure curves "$file" --title "$title" "$@" \
        --output "$figures/$name.svg"
}

mkdir -p "$figures"
rm -f "$figures"/*.csv
"$here/report.sh" figures "$figures"
for x in threshold "threshold x rate"; do
    by=$(echo "by $x" | tr ' ' -)
    draw "screening-updates-$by" "$figures/screening-updates.csv" \
        "Updates until solved, by $x" --x "$x" --y updates --by cell --logarithmic x
    draw "screening-loss-$by" "$figures/screening-loss.csv" \
        "Loss divided by that with the best threshold, by $x" --x "$x" --y "loss / best loss" \
        --by cell --logarithmic xy
done
for group in screening finalists misset; do
    draw "$group-updates-profile" "$figures/$group-updates-profile.csv" \
        "Cells by updates / updates with the best fixed ($group)" --x ratio \
        --y "share of cells" --by method --logarithmic x
    draw "$group-loss-profile" "$figures/$group-loss-profile.csv" \
        "Cells by loss / loss with the best fixed ($group)" --x ratio \
        --y "share of cells" --by method
    draw "$group-solved" "$figures/$group-solved.csv" \
        "Runs that are solved after so many updates ($group)" --x updates --y "share of runs" \
        --by method
done
draw threshold "$OUT/rules-order50-0.03-norm-auto-1.log.csv" \
    "Threshold of norm:auto, and mean norm: order50 at rate 0.03" \
    --y threshold,mean_norm --logarithmic y
