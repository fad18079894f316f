#!/bin/sh
# --as-published: the settings of a run are those that the help lists as published, and otherwise
# the program's own, never the task's other defaults. Options come before it, a checkpoint too.
set -eu
. tests/program/library.sh
cd "$scratch"

# Files for the tasks that read one.
awk 'BEGIN { for (i = 0; i < 600; i++) printf "%s", substr("abcdefgh", 1 + i * i % 8, 1) }' >text
awk 'BEGIN { for (i = 0; i < 12; i++) print "60 64;62;;65 69" }' >music
printf 'up|1;2;3\ndown|3;2;1\nup|2;3;4\ndown|4;3;2\n' >series
# The operands of task $1: itself, and its file.
operands() {
    case $1 in
    text | music | series) echo "$1 $1" ;;
    *) echo "$1" ;;
    esac
}
# What keeps a run short.
brief_of() {
    case $1 in
    text | music | series) echo "--updates 1 --quiet" ;;
    *) echo "--updates 1 --evaluate-sequences 10 --quiet" ;;
    esac
}

# From the help: a line "TASK NAME VALUE" for each setting of each task that has published ones. It
# is listed for the task as published, else it is the default of the option.
succeed help train
awk '
    # The default of an option is at the end of its first line with brackets there.
    /^  --/ { name = substr($1, 3); known[name] = $1 == "--no-biases" ? "0" : "" }
    name != "" && known[name] == "" && match($0, /\[[^][]*\]$/) {
        known[name] = substr($0, RSTART + 1, RLENGTH - 2)
        sub(/;.*/, "", known[name])
    }
    /^tasks, / { tasks = 1; name = ""; next }
    !tasks { next }
    /^$/ { exit }
    /^  [^ ]/ { task = $1; published = 0; next }
    / as published: / { published = 1; all[task] = 1; $1 = $2 = "" }
    published {
        for (i = 1; i <= NF; i++)
            if ($i ~ /^--/) {
                option = substr($i, 3)
                listed[task, option] = i < NF && $(i + 1) !~ /^--/ ? $(i + 1) : "1"
            }
    }
    END {
        for (task in all)
            for (option in known)
                print task, option,
                    ((task, option) in listed ? listed[task, option] : known[option])
    }
' out >settings
published=$(cut -d ' ' -f 1 settings | sort -u | tr '\n' ' ')
[ "$published" = "addition multiplication music permutation temporal-order temporal-order-3bit text " ] ||
    fail "as published are $published"

# kept FILE: the settings in a checkpoint, a line "NAME VALUE" each.
kept() {
    succeed inspect "$1"
    sed -n 's/^setting //p' out
}
for task in $published; do
    # shellcheck disable=SC2046
    succeed train $(operands "$task") --as-published --checkpoint "$task.run" $(brief_of "$task")
    kept "$task.run" >seen
    # What the line above says of the run itself is another number than in the help. Ranges are
    # kept with both ends, and --ahead as what its 0 stands for.
    sed -n "s/^$task //p" settings | awk '
        FNR == NR { wanted[$1] = $2; next }
        $1 == "updates" || $1 == "evaluate-sequences" { next }
        $1 == "ahead" && wanted[$1] == 0 { wanted[$1] = 1 }
        $1 ~ /length$/ && wanted[$1] !~ /:/ { wanted[$1] = wanted[$1] ":" wanted[$1] + 1 }
        { compared++ }
        wanted[$1] != $2 { print $1 ": " $2 ", not " wanted[$1]; bad = 1 }
        END { exit bad || compared < 20 }' - seen >difference ||
        fail "$task as published: $(cat difference)"
done

# The task's other defaults are left out: with them the settings are others.
# shellcheck disable=SC2046
for task in temporal-order addition text; do
    succeed train $(operands $task) --checkpoint others $(brief_of $task)
    kept others >seen.others
    kept $task.run >seen
    cmp -s seen seen.others && fail "$task has the same defaults with and without --as-published"
done

# Options come before what is published, whichever is first.
for options in "--as-published --clip norm:2 --hidden 9" "--clip norm:2 --hidden 9 --as-published"; do
    # shellcheck disable=SC2046,SC2086
    succeed train permutation $options --checkpoint over $(brief_of permutation)
    kept over >seen
    for setting in "clip norm:2" "hidden 9" "$(sed -n 's/^permutation \(rate .*\)/\1/p' settings)"; do
        grep -qx "setting $setting" out || fail "$options: no $setting in $(cat seen)"
    done
done

# A run goes on with the settings of its checkpoint, whether the option is repeated or not, and
# whether the run had it or not.
small="--length 12 --hidden 8 --evaluate-sequences 10 --stop-error 0 --quiet"
for had in --as-published --no-biases; do
    # shellcheck disable=SC2086
    {
        succeed train temporal-order $had $small --updates 40 --save whole
        succeed train temporal-order $had $small --updates 20 --checkpoint half
        for again in --as-published --quiet; do
            succeed train temporal-order $again --resume half --updates 40 --quiet --save resumed
            same whole resumed "a run with $had resumed with $again"
        done
    }
done
refuse 1 ", not norm:2" train temporal-order --as-published --resume temporal-order.run \
    --clip norm:2 --quiet

# Tasks of which the paper prints no settings.
# shellcheck disable=SC2046
for task in series memorization; do
    refuse 2 "--as-published: the paper has no settings of $task" train $(operands $task) \
        --as-published $(brief_of $task)
done

echo "as published: all as it should be"
