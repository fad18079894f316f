#!/bin/sh
# judge_adapting.sh - evaluate the text models of a plan on their test file while they go on
# learning (`srnn eval --adapt`)
#
# The lines of the plan are read from standard input. Only models of the next character are
# evaluated. The result is OUT/NAME-adapting-SEED.csv, with the columns of results.csv; one
# that exists is kept. The setting was chosen on the first 100,000 characters of the
# validation file.
set -eu

setting="--chunk 4 --adapt 0.00025 --adapt-drift 0.001"
while read -r name task rest; do
    [ -f "$OUT/$name.csv" ] || continue
    case $rest in
    *" --ahead "*) continue ;;
    esac
    test_file=$(echo "$rest" | sed -n 's/.* --test \([^ ]*\).*/\1/p')
    adapting=${name%-*}-adapting-${name##*-}
    judged=$OUT/$adapting.csv
    if [ ! -f "$judged" ]; then
        began=$(date +%s)
        # shellcheck disable=SC2086
        "$SRNN" eval "$OUT/$name.safetensors" "$task" "$test_file" $setting >"$judged.tmp"
        awk -v name="$adapting" -v task="$task" -v updates="$(cut -d, -f4 "$OUT/$name.csv")" \
            -v seconds="$(($(date +%s) - began))" -v options="$test_file $setting" '
            { value[$1] = $2 }
            END {
                printf "%s,%s,judged,%s,%s,,,,,%s,%s,\"%s\"\n", name, task, updates, seconds,
                    value["loss"], value["wrong"], options
            }' "$judged.tmp" >"$judged.new"
        rm "$judged.tmp"
        mv "$judged.new" "$judged"
    fi
    echo "$adapting: $(cut -d, -f10,11 "$judged")"
done
