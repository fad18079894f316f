#!/bin/sh
# What the examples claim is so: read from what they print, not from their exit codes alone.
set -eu
. tests/program/library.sh

examples=$built/examples
cd "$scratch"

# Run an example: its output goes to `out`.
example() {
    last="(example) $*"
    "$examples/$1" >out 2>err || {
        status=$?
        fail_run "the example $1 failed"
    }
}

# A number in `out`: what follows the words $1 on a line.
number() {
    _number=$(sed -n "s/.*$1 *\([-0-9.e]*\).*/\1/p" out | head -n 1)
    [ -n "$_number" ] || fail "$last: no number after '$1' in: $(cat out)"
    echo "$_number"
}

# Several threads: the same loss to the last digit, the same weights, and helpers that helped. On a
# busy processor they may come too late for every task of a run, but not of a hundred.
tries=100
until
    example threads
    [ "$(number 'helpers ran')" -gt 0 ]
do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || fail "threads: helpers ran no task"
done
[ "$(grep -c '^threads ' out)" -eq 2 ] || fail "threads: two runs were expected"
[ "$(sed -n 's/^threads .*loss //p' out | sort -u | wc -l)" -eq 1 ] || fail "threads: two losses"
grep -q 'the same bits' out || fail "threads: not the same bits"

# Truncated BPTT learns what lies in the chunk before, which cannot be known without it.
example truncated_bptt
holds "$(number 'state carried over') < 1" "truncated_bptt: with the state carried on"
holds "$(number 'state reset') > 15" "truncated_bptt: without it"

# A loss of one's own: the outputs are the quantiles that it defines.
example own_loss
for quantile in 0.50 0.90; do
    share=$(number "quantile $quantile:")
    holds "$share > $quantile - 0.02 && $share < $quantile + 0.02" "own_loss: quantile $quantile"
done

# An optimizer of one's own solves the problem.
example own_optimizer
grep -q '^0 of 64 bit strings wrong' out || fail "own_optimizer: $(cat out)"

# A stream that goes on from a file has the outputs of the unbroken one.
example streaming
sed -n 's/.*unbroken \(.*\)  resumed .*/\1/p' out >unbroken
sed -n 's/.*resumed //p' out >resumed
has_lines unbroken 3 || fail "streaming: few outputs"
same unbroken resumed "streaming: the outputs"
[ "$(sort -u unbroken | wc -l)" -ge 3 ] || fail "streaming: the outputs do not move"
grep -q ': the same bits$' out || fail "streaming: not the same bits"

# A training that stops and goes on ends where one does that never stopped.
example resume
grep -q ': the same bits$' out || fail "resume: $(cat out)"
mean=$(number 'gradients:')
[ "$mean" = "$(number 'with a stop')" ] || fail "resume: another mean norm: $(cat out)"

# On the device: the output weights alone help, all weights help more, and the former leave
# the rest as it was.
example adapt
as_it_came=$(number 'as it came *error')
outputs=$(number 'output weights *error')
all=$(number 'all weights *error')
holds "$(number 'factory *error') < 0.001" "adapt: in the factory"
holds "$as_it_came > 0.05" "adapt: as it came"
holds "$outputs < $as_it_came / 5" "adapt: the output weights"
holds "$all < $outputs / 10" "adapt: all weights"
grep -q '^2 of 3 kept all but the output weights' out || fail "adapt: $(cat out)"

# Each stands in the README of its folder.
cd "$OLDPWD"
for source in examples/*.c examples/mpi/*.c; do
    grep -qF "\`${source#examples/}\`" examples/README.md ||
        fail "examples/README.md lacks $source"
done

echo "the examples: as they claim"
