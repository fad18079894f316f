#!/bin/sh
# coverage.awk finds each gap, adds up objects, and keeps unreachable.txt honest.
set -eu
. tests/program/library.sh

gcov=$scratch/gcov.txt
unreachable=$scratch/unreachable.txt

# object RUNS TRUE FALSE: what gcov prints for an object with lib/a.c, whose `if` runs so often, and
# whose branches are taken so often; and with a main in src/b.c.
object() {
    cat <<END
        -:    0:Source:lib/a.c
        -:    0:Graph:a.gcno
        -:    1:/* a: 1 */
function f called $1 returned 100% blocks executed 100%
$(count "$1"):    2:int f(int x)
        -:    3:{
$(count "$1"):    4:    if (x > 0) {
branch  0 $(taken "$1" "$2") (fallthrough)
branch  1 $(taken "$1" "$3")
$(count "$2"):    5:        return g(x);
call    0 returned $2
        -:    6:    }
$(count "$3"):    7:    return 0;
        -:    8:}
        -:    0:Source:/usr/include/c.h
    #####:    1:static int never(void) { return 1; }
        -:    0:Source:src/b.c
function main called 1 returned 100% blocks executed 100%
        1:    1:int main(void)
        -:    2:{
    #####:    3:    f(1);
END
}

# The beginning of a line for a count; the end of a branch's line.
count() {
    [ "$1" -eq 0 ] && echo '    #####' || printf '%9d' "$1"
}
taken() {
    [ "$1" -eq 0 ] && echo 'never executed' || echo "taken $2"
}

# judged STATUS: the judgement of $gcov with $unreachable has this status; is in $scratch/out.
judged() {
    status=0
    awk -v gaps="$scratch/gaps.txt" -v lib_lines=100 -v lib_branches=100 -v src_lines=50 \
        -v src_branches=90 -f tests/coverage/coverage.awk "$unreachable" "$gcov" \
        >"$scratch/out" 2>&1 || status=$?
    [ "$status" -eq "$1" ] || fail "status $status, not $1: $(cat "$scratch/out")"
}

# says TEXT: a line of the judgement.
says() {
    grep -qxF "$1" "$scratch/out" || fail "does not say: $1"
}

echo '# nothing' >"$unreachable"
object 2 1 1 >"$gcov"
judged 0
says "$(printf '%-32s %5d of %5d lines %6.2f %%  %5d of %5d branches %6.2f %%' lib 4 4 100 2 2 100)"
says "$(printf '%-32s %5d of %5d lines %6.2f %%  %5d of %5d branches %6.2f %%' src 1 2 50 0 0 100)"
grep -qxF 'src/b.c:3: never runs: f(1);' "$scratch/gaps.txt" || fail "no gap of src/ is listed"

object 1 1 0 >"$gcov"
judged 1
says 'lib/a.c:4: 1 of 2 branches never taken: if (x > 0) {'
says 'lib/a.c:7: never runs: return 0;'
says 'lib: 75.00 % of the lines are reached, and at least 100 % must be'
says 'lib: 50.00 % of the branches are reached, and at least 100 % must be'
# Another object reaches the rest.
object 1 0 1 >>"$gcov"
judged 0

# What is marked is not missed; what stands elsewhere or is reached must not be marked.
cat >"$unreachable" <<'END'
lib/a.c f
  1 if (x > 0) {
  = return g(x);
  = }
  - return 0;
END
judged 1
says "unreachable.txt:1: marked \`1\`, but lib/a.c:4 runs 2 times, and 0 of its branches are never taken"
object 1 1 0 >"$gcov"
judged 0
says 'unreachable.txt marks 1 lines and 1 branches'
sed 's/x > 0/x > 1/' "$unreachable" >"$scratch/other" && mv "$scratch/other" "$unreachable"
judged 1
says 'unreachable.txt:1: is not in lib/a.c, f'
printf 'lib/a.c f ?\n' >"$unreachable"
judged 0
printf 'lib/a.c f\n  ? if (x > 0) {\n\n# why\nlib/a.c f\n  - return 0;\n' >"$unreachable"
judged 0
printf 'lib/c.c f\n  - return 0;\n' >"$unreachable"
judged 1
says 'unreachable.txt:1: no object has lib/c.c'

# refuses ENTRY TEXT: with this entry, whose lines end with \n, the judgement says TEXT of it.
refuses() {
    # shellcheck disable=SC2059
    printf "$1" >"$unreachable"
    judged 1
    says "unreachable.txt:1: $2"
}
refuses 'lib/a.c g ?\n' 'is not in lib/a.c, g'
refuses 'lib/a.c g\n  - return 0;\n' 'is not in lib/a.c, g'
refuses 'lib/a.c f\n  - return 0;\n  = return 0;\n' 'is not in lib/a.c, f'
refuses 'lib/a.c f\n  = return 0;\n  - }\n' 'marks no code'
refuses 'lib/a.c f\n  - return g(x);\n' \
    "marked \`-\`, but lib/a.c:5 runs 1 times, and 0 of its branches are never taken"
object 1 0 0 >"$gcov"
refuses 'lib/a.c f\n  1 if (x > 0) {\n' \
    "marked \`1\`, but lib/a.c:4 runs 1 times, and 2 of its branches are never taken"
object 0 0 0 >"$gcov"
refuses 'lib/a.c f\n  2 if (x > 0) {\n' \
    "marked \`2\`, but lib/a.c:4 runs 0 times, and 2 of its branches are never taken"
object 1 1 0 | awk '{ print } sub(/ 7:    return 0/, " 9:    return 0") { print }' >"$gcov"
refuses 'lib/a.c f\n  - return 0;\n' 'stands at 2 places of lib/a.c, f'

# Of src/ less is demanded.
echo '# nothing' >"$unreachable"
object 2 1 1 | awk '{ sub(/^ *1:    1:int main/, "    #####:    1:int main"); print }
    /f\(1\);$/ { print "branch  0 taken 0\nbranch  1 taken 1" }' >"$gcov"
judged 1
says 'src: 0.00 % of the lines are reached, and at least 50 % must be'
says 'src: 50.00 % of the branches are reached, and at least 90 % must be'

# Objects that differ in the number of branches, after an #if, are judged by themselves.
echo '# nothing' >"$unreachable"
object 2 1 1 >"$gcov"
object 2 1 1 | awk '{ print } $0 == "branch  1 taken 1" { print "branch  2 taken 0" }' >>"$gcov"
judged 1
says 'lib/a.c:4: 1 of 5 branches never taken: if (x > 0) {'
object 2 1 0 >"$gcov"
object 2 1 1 | awk '{ print } $0 == "branch  1 taken 1" { print "branch  2 taken 0" }' >>"$gcov"
printf 'lib/a.c f\n  1 if (x > 0) {\n' >"$unreachable"
judged 0
says 'unreachable.txt marks 0 lines and 2 branches'
echo '# nothing' >"$unreachable"

# Functions that a macro made are on one line: each must run, in some object.
functions() {
    cat <<END
        -:    0:Source:lib/t.h
        1*:    1:ALL(FUNCTION)
------------------
one:
function one called $1 returned 100% blocks executed 100%
$(count "$1"):    1:ALL(FUNCTION)
------------------
two:
function two called $2 returned 100% blocks executed 100%
$(count "$2"):    1:ALL(FUNCTION)
------------------
        -:    2:#undef FUNCTION
END
}
object 2 1 1 >"$gcov"
functions 1 0 >>"$gcov"
judged 1
says 'lib/t.h:1: never runs in two: ALL(FUNCTION)'
functions 0 1 >>"$gcov"
judged 0
says "$(printf '%-32s %5d of %5d lines %6.2f %%  %5d of %5d branches %6.2f %%' lib 6 6 100 2 2 100)"
