#!/bin/sh
# The manual page and --help agree: the same commands, for each command
# the same options and the same choices of an option, the same tasks, the same
# exit codes. Its examples run, and it has the columns of the log.
set -eu
. tests/program/library.sh
. tests/docs/examples.sh

manual=$PWD/src/srnn.1
top=$PWD
cd "$scratch"

# What two lists should have in common: $1 from the help, $2 from the manual.
agree() {
    sort -u "$1" >left
    sort -u "$2" >right
    [ -s left ] || fail "$3: the help names none"
    missing=$(comm -23 left right | tr '\n' ' ')
    [ -z "$missing" ] || fail "$3: in the help, not in the manual: $missing"
    missing=$(comm -13 left right | tr '\n' ' ')
    [ -z "$missing" ] || fail "$3: in the manual, not in the help: $missing"
}

# The commands, in the order of the help.
succeed --help
sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' out >in_help
sed -n 's/^\.Ss srnn \([a-z]*\)$/\1/p' "$manual" >written
same in_help written "the commands and their order"
cp in_help commands

# The exit codes: those of the help, of the manual and of exit_codes.h.
sed -n '/^exit codes:/,$s/^  \([0-9][0-9]*\) .*/\1/p' out >in_help
sed -n '/^\.Sh EXIT STATUS/,/^\.Sh EXAMPLES/s/^\.It \([0-9]*\)$/\1/p' "$manual" >written
agree in_help written "exit codes"
sed -n 's/^#define EXIT_[A-Z]* \([0-9]*\).*/\1/p' "$top/src/support/exit_codes.h" >written
agree in_help written "exit codes of src/support/exit_codes.h"

# The options of each command, in its own section of the manual. --help stands
# there once for all.
grep -q '^\.Fl -help' "$manual" || fail "the manual does not name --help"
while read -r command; do
    succeed "$command" --help
    sed -n 's/^  --\([a-z-]*\).*/\1/p' out | grep -vx help >in_help || :
    # Of lines of macros (".Fl -name", ".It Fl -name Ar n , Fl -other"), and of
    # the synopsis, where short commands have theirs.
    sed -n "/^\.Ss srnn $command\$/,/^\.S[sh]/p" "$manual" |
        grep -o '^\..*Fl .*' | grep -o 'Fl -[a-z-]*' | sed 's/^Fl -//' | grep -vx help >written || :
    if [ -s in_help ] || [ -s written ]; then
        agree in_help written "options of $command"
    fi
    sed -n 's/^  --\([a-z-]*\) \([a-z-]*|[a-z|-]*\)\( .*\)*$/\1 \2/p' out >choices
    while read -r option list; do
        sed -n "s/^\.It Fl -$option Cm //p" "$manual" | sed 's/ //g' >written
        if [ -s written ]; then
            grep -qxF "$list" written ||
                fail "--$option: the help has the choices $list, the manual $(cat written)"
            continue
        fi
        # Where the manual has the option in running text, its choices stand there or just below.
        awk -v option="Fl -$option " 'index($0 " ", option) { left = 8 } left-- > 0' "$manual" >near
        for choice in $(echo "$list" | tr '|' ' '); do
            grep -Eq "Cm $choice( |\$)" near || fail "--$option: the manual does not have the choice $choice"
        done
    done <choices
done <commands

# What the synopsis has for each command is there too.
sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/s/^\.Cm \([a-z]*\)$/\1/p' "$manual" | grep -vx help >written
agree commands written "the synopsis"

# Every choice of every option of train stands in the manual, and every task.
succeed train --help
sed -n 's/^  --[a-z-]* \([a-z-]*|[a-z|-]*\)\( .*\)*$/\1/p' out | tr '|' '\n' >in_help
[ "$(wc -l <in_help)" -gt 20 ] || fail "the help has few choices"
while read -r choice; do
    grep -qw -- "$choice" "$manual" || fail "the manual does not name the choice $choice"
done <in_help
sed -n '/^tasks/,/^$/s/^  \([a-z][a-z0-9-]*\) .*/\1/p' out >in_help
sed -n '/^\.Sh TASKS/,/^\.Sh COMMANDS/s/^\.It Cm \([a-z0-9-]*\).*/\1/p' "$manual" >written
agree in_help written "tasks"

# Its examples.
sed -n '/^\.Sh EXAMPLES/,/^\.Sh/s/^srnn //p' "$manual" >lines
[ "$(wc -l <lines)" -ge 2 ] || fail "the manual shows no examples"
while read -r line; do
    # With quotes, as a shell takes the line.
    eval "run_example $line"
    case $line in *" > "*) cp out "${line##* > }" ;; esac
    echo "ran: srnn $line"
done <lines

# The columns of a log: those that an example wrote, in their order.
[ -s order.csv ] || fail "no example writes order.csv"
head -n 1 order.csv | tr ',' '\n' >seen
sed -n '/^\.It Fl -log Ar file/,/^\.El/s/^\.It Cm //p' "$manual" >written
same seen written "the columns of a log and their order"

# A tool for manual pages finds no fault.
if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning "$manual" >faults 2>&1 || fail "$(cat faults)"
fi

echo "the manual page: as the help"
