#!/bin/sh
# run.sh counts what passes, fails, skips or does not end, its own tests alone, also while another run has
# the same BUILD, and the same test. The lines of tests that end at once are all there.
set -eu
. tests/program/library.sh

export scratch
cat >"$scratch/slow.sh" <<'END'
#!/bin/sh
echo "in $ONE"
touch "$scratch/begun"
tries=6000 # five minutes
until [ -e "$scratch/go" ] || [ "$ONE" = other ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || exit 1
    sleep 0.05
done
[ "$ONE" = first ]
END
printf '#!/bin/sh\n' >"$scratch/quick.sh"
chmod +x "$scratch/slow.sh" "$scratch/quick.sh"

# closes FILE COUNTS: the last line of a run.
closes() {
    [ "$(tail -n 1 "$1")" = "$2" ] || fail "closes with $(tail -n 1 "$1"), not $2: $(cat "$1")"
}

# However the test ends, so does the first run.
tidy() {
    touch "$scratch/go"
    wait
}
UNDER='' ONE=first BUILD="$scratch/build" tests/run.sh "$scratch/slow.sh" >"$scratch/first" 2>&1 &
first=$!
await "the first run" test -e "$scratch/begun"
status=0
UNDER='' ONE=other BUILD="$scratch/build" tests/run.sh "$scratch/slow.sh" "$scratch/quick.sh" \
    >"$scratch/other" 2>&1 || status=$?
touch "$scratch/go"
wait $first || fail "the first run fails: $(cat "$scratch/first")"
closes "$scratch/first" "1 passed, 0 failed, 0 skipped"
[ $status -eq 1 ] || fail "a run with a test that fails has status $status"
closes "$scratch/other" "1 passed, 1 failed, 0 skipped"
grep -q '^ *in other$' "$scratch/other" || fail "the output of a failure is not shown"
! grep 'in first' "$scratch/other" || fail "a run shows the output of another"

# Many that end at once, into one file.
mkdir "$scratch/many"
for number in $(awk 'BEGIN { for (i = 1; i <= 200; i++) print i }'); do
    cp "$scratch/quick.sh" "$scratch/many/$number.sh"
done
UNDER='' JOBS=8 BUILD="$scratch/build" tests/run.sh "$scratch"/many/*.sh >"$scratch/lines" 2>&1 ||
    fail "a run of many tests fails: $(cat "$scratch/lines")"
closes "$scratch/lines" "200 passed, 0 failed, 0 skipped"
shown=$(grep -c '^ok ' "$scratch/lines")
[ "$shown" -eq 200 ] || fail "$shown of 200 lines are shown"

# kind NAME COMMANDS: a test.
mkdir "$scratch/kinds"
kind() {
    printf '#!/bin/sh\n%s\n' "$2" >"$scratch/kinds/$1"
    chmod +x "$scratch/kinds/$1"
}
# run_kinds STATUS COUNTS TEST...: how a run of these ends.
run_kinds() {
    wanted=$1
    counts=$2
    shift 2
    status=0
    BUILD="$scratch/build" tests/run.sh "$@" >"$scratch/lines" 2>&1 || status=$?
    [ $status -eq "$wanted" ] || fail "status $status of '$*': $(cat "$scratch/lines")"
    closes "$scratch/lines" "$counts"
}
passed='echo "[  PASSED  ] 1 test(s)."'
skipped='echo "[  SKIPPED ] 1 test(s), listed below:"'
kind passes "$passed"
kind fails "$passed; echo '[  FAILED  ] 2 test(s), listed below:'; exit 2"
kind skips "$passed; $skipped"
kind leaks "$passed; $skipped; exit 23"
kind empty ''
kind crashes "$passed; kill -s SEGV \$\$"
kind leaks.sh "$passed; $skipped; exit 1"
kind skips.sh "echo 'skip: the reason'; exit 77"
kind killer "$passed; kill -9 \$PPID"
UNDER=
export UNDER
run_kinds 1 "5 passed, 6 failed, 3 skipped" "$scratch"/kinds/[!k]*
for line in 'ok .*/passes  .* 1 tests ' 'FAILED .*/fails  .* 2 of 3, status 2$' 'FAILED .*/leaks  .*, status 23$' \
    'FAILED .*/crashes ' 'FAILED .*/empty ' ' *skipped: the reason$'; do
    grep -q "^$line" "$scratch/lines" || fail "no line $line: $(cat "$scratch/lines")"
done
run_kinds 1 "0 passed, 1 failed, 0 skipped" "$scratch/kinds/killer"
UNDER=false run_kinds 1 "0 passed, 1 failed, 0 skipped" "$scratch/kinds/passes"
run_kinds 2 "run.sh: no test was named"
run_kinds 2 "run.sh: $scratch/kinds/passes was named twice" "$scratch/kinds/passes" "$scratch/kinds/passes"

# What is left is the logs.
left=$(cd "$scratch/build/tests/logs" && find . ! -name . ! -name '*.log')
[ -z "$left" ] || fail "leaves $left"
echo "run.sh: two runs at once, each with its own counts"
