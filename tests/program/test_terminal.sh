#!/bin/sh
# What comes from files and command lines never controls a terminal: messages and results have '?'
# for escape sequences and the like, and other writing as it is.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"
build_forge "$tree"

# The file $1 has no byte that controls a terminal but ends of lines. The C locale takes bytes.
harmless() {
    tr -d '\n -~\200-\377' <"$1" >controls
    [ ! -s controls ] || fail_run "control characters: $(od -An -c controls | head -n 3)"
}

# What a terminal could be told, and what stands for it: a title, a clear screen, the same in one
# character (U+009B), a right-to-left override, a delete, half a character, an overlong slash.
evil=$(printf 'a\033]0;owned\007\033[2Jb\302\2332Jc\342\200\256d\177e\303f\300\257g')
mild='a?]0;owned??[2Jb??2Jc???d?e?f??g'
# Writing that stays: Latin, Greek, Japanese, an emoji.
writing=$(printf 'gr\303\274\303\237e \316\273 \345\255\227 \360\237\216\265')

# masked FILE: of what a terminal could be told, `mild` is there.
masked() {
    harmless "$1"
    grep -qF "$mild" "$1" || fail_run "'$mild' was expected"
    if grep -q "$(printf '\302\233')" "$1"; then fail_run "U+009B is there"; fi
}

# In messages: a command, an option, a value, a task, a file, a name of a column.
run "$evil"
masked err
for line in "train $evil" "train --$evil" "train --hidden $evil" "inspect $evil" \
    "figure $evil" "convert $evil --to srnn --output b"; do
    # shellcheck disable=SC2086 # the text has no blanks
    run $line
    masked err
    [ "$(wc -l <err)" -eq 1 ] || fail_run "one line was expected"
done
run inspect "$writing"
grep -qF "$writing" err || fail_run "'$writing' was expected"
run inspect "two
lines"
grep -q 'two?lines' err || fail_run "a line was expected"
# Longer than any buffer, and complete.
long=$(awk 'BEGIN { while (i++ < 3000) printf "x" }')
run inspect "$long/end"
grep -q "$long/end: File name too long" err || fail_run "the whole name was expected"

# In results: where the run was saved, the labels and the settings of a file.
easy_run="temporal-order --length 10 --hidden 4 --updates 1 --evaluate-sequences 10"
# shellcheck disable=SC2086
succeed train $easy_run --save "$evil" --checkpoint run
grep '^model saved to' err >saved
masked saved
if grep -q '^continue with' err; then fail_run "a command that would not work"; fi
printf 'x|1;2\ny|2;3\nx|3;4\ny|4;5\n' >series
succeed train series series --hidden 3 --batch 2 --hold-out 0.5 --epochs 1 --quiet --save model
coded=$(printf %s "$evil" | od -An -v -tx1 | tr -d '\n' | tr ' ' %)
forge model labels "$coded
$writing
"
succeed inspect forged
masked out
[ "$(value_of label | tail -n 1)" = "$writing" ] || fail_run "the second label was expected"
# Those of a run are texts of UTF-8.
evil=${evil%%"$(printf '\303')f"*}
mild='a?]0;owned??[2Jb??2Jc???d?e'
forge run settings "$evil 1
"
succeed inspect forged
masked out
refuse 1 "settings" train temporal-order --resume forged
forge run task "$evil"
succeed inspect forged
masked out
run train temporal-order --resume forged
harmless err

echo "terminal: no file controls it"
