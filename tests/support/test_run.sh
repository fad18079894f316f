#!/bin/sh
# run.sh counts its own tests alone, also while another run has the same BUILD, and the same test. The
# lines of tests that end at once are all there.
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

# Programs: one that fails behind its tests, of which it has skipped one, and one that has no test.
# Scripts: one whose output looks like that, one that is skipped, and one that kills who runs it.
printf '%s\n' '#!/bin/sh' 'echo "[  PASSED  ] 2 test(s)."' \
    'echo "[  SKIPPED ] 1 test(s), listed below:"' 'exit 1' >"$scratch/behind"
cp "$scratch/behind" "$scratch/behind.sh"
printf '#!/bin/sh\n' >"$scratch/none"
printf '#!/bin/sh\nexit 77\n' >"$scratch/skipped.sh"
printf '#!/bin/sh\nkill -9 $PPID\n' >"$scratch/kills.sh"
for row in 'behind 2 passed, 1 failed, 1 skipped' 'none 0 passed, 1 failed, 0 skipped' \
    'behind.sh 0 passed, 1 failed, 0 skipped' 'skipped.sh 0 passed, 0 failed, 1 skipped' \
    'kills.sh 0 passed, 1 failed, 0 skipped'; do
    chmod +x "$scratch/${row%% *}"
    UNDER='' BUILD="$scratch/build" tests/run.sh "$scratch/${row%% *}" >"$scratch/lines" 2>&1 || :
    closes "$scratch/lines" "${row#* }"
done

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

# What is left is the logs.
left=$(cd "$scratch/build/tests/logs" && find . ! -name . ! -name '*.log')
[ -z "$left" ] || fail "leaves $left"
echo "run.sh: two runs at once, each with its own counts"
