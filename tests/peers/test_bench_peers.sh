#!/bin/sh
# `make bench-peers` without a peer: libsrnn's side writes the data and answers, rows and the
# machine are printed, and settings that mean nothing are refused in one line. No speed is tested.
set -eu
. tests/program/library.sh

if ! command -v python3 >/dev/null 2>&1; then
    echo "skip: no python3"
    exit 77
fi
mkdir -p "$scratch/tests/peers"
step=$scratch/tests/peers/step_srnn
objects=$(program_objects commands storage support tasks training)
# shellcheck disable=SC2046,SC2086 # lists of files and flags
"${CC:-cc}" $(link_flags) -std=c99 -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc -o "$step" \
    tests/peers/step_srnn.c $objects "$BUILD/libsrnn.a" -lm -pthread || fail "it does not build"

# answers PLACE COUNT: a turn of a network of 3, 5 and 2 units, 4 steps and 6 sequences. The file
# has COUNT numbers of four bytes. The least time is not above the median, nor that above the most.
answers() {
    echo 0.001 | "$step" 3 5 2 4 6 "$1" 2 "$scratch/data" >"$scratch/out" || fail "$1: it fails"
    awk 'NR == 1 { named = /^ready libsrnn [0-9.]+, / }
        NR == 2 { ordered = NF == 4 && $1 > 0 && $1 <= $2 && $2 <= $3 && $4 > 0 }
        END { exit !(NR == 2 && named && ordered) }' "$scratch/out" ||
        fail "$1: $(cat "$scratch/out")"
    [ "$(wc -c <"$scratch/data")" -eq $((4 * $2)) ] || fail "$1: another size of the data"
}
# 57 parameters, as many gradients, the loss, 72 inputs, then the targets and perhaps the errors.
answers last $((57 + 57 + 1 + 72 + 6 + 30))
answers every $((57 + 57 + 1 + 72 + 24))

# peers SETTING...: the driver without a peer.
peers() {
    last="bench_peers.py $*"
    status=0
    env BUILD="$scratch" PEERS=none ROUNDS=2 TURN=0.001 "$@" python3 tests/peers/bench_peers.py \
        >"$scratch/out" 2>"$scratch/err" || status=$?
}
peers SHAPES='3,5,2,4,6,last 2,3,4,5,6' THREADS='1 2'
[ "$status" -eq 0 ] || fail_run "it fails"
[ "$(awk '$NF == "none" { print $1, $2, $3, $4, $5, ($6 > 0) }' "$scratch/out" | tr '\n' ';')" = \
    "3-5-2 4 6 last 1 1;3-5-2 4 6 last 2 1;2-3-4 5 6 every 1 1;2-3-4 5 6 every 2 1;" ] ||
    fail_run "other rows than expected"
grep -q '^processor: ..*; [1-9][0-9]* processors$' "$scratch/out" || fail_run "no machine is named"

# refused NAME SETTING: with the name of the variable, in one line.
refused() {
    peers "$2"
    [ "$status" -eq 2 ] && [ ! -s "$scratch/out" ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] ||
        fail_run "one line and exit code 2 were expected"
    says "bench-peers: $1"
}
for shapes in ' ' 6,50,4,200 6,50,4,200,20,1 6,50,4,200,0 6,50,4,200,20,first 6,50,4,2e2,20 \
    6,50,4,200,16777217 '6,50,4,200,20 7'; do
    refused SHAPES: "SHAPES=$shapes"
done
for threads in ' ' 0 257 two; do
    refused THREADS: "THREADS=$threads"
done
refused PEERS: PEERS=keras
refused ROUNDS: ROUNDS=1.5
refused TURN: TURN=nan
echo "bench-peers: libsrnn's side, a table without peers, refusals"
