#!/bin/sh
# examples/mpi with Open MPI, which is installed if it is not there: the loss curves of 1, 2 and 4
# ranks agree to 1e-6, the same number of ranks has the same bits each time, all ranks end with
# the same weights, and the loss falls.
set -eu
cd "$(dirname "$0")/../.."

BUILD=${BUILD:-build}
tests/install_tool.sh mpicc.openmpi=libopenmpi-dev mpirun.openmpi=openmpi-bin
folder=$BUILD/mpi
mkdir -p "$folder"
passed=0
failed=0

# expect WHAT COMMAND...: the command succeeds.
expect() {
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $what"
    else
        failed=$((failed + 1))
        echo "FAILED  $what"
    fi
}

# run RANKS OUTPUT
run() {
    mpirun.openmpi $as_root --oversubscribe -np "$1" "$folder/data_parallel" >"$2" 2>"$2.err" &&
        return 0
    cat "$2.err" >&2
    return 1
}

# learns OUTPUT: of fifteen losses the last is less than half of the first. Omega stays below 0.2;
# it reaches 2 when its gradient gets lost on the way.
learns() {
    awk '/^update/ { if (!rows++) first = $4; last = $4; omegas += $8 > 0 && $8 < 0.2 }
        END { exit !(rows == 15 && omegas == 15 && last < first / 2) }' "$1"
}

# near OUTPUT OUTPUT: loss, norm and Omega differ by at most 1e-6 in each of fifteen lines. A comparison
# with nan is true or false as the awk has it.
near() {
    paste -d' ' "$1" "$2" | awk '
        /^update/ {
            rows++
            for (i = 4; i <= 8; i += 2)
                if ($i $(i + 8) !~ /^[0-9.]+$/ || $i - $(i + 8) > 1e-6 || $(i + 8) - $i > 1e-6)
                    bad++
        }
        END { exit !(rows == 15 && !bad) }'
}

source=examples/mpi/data_parallel.c
expect "the example has under 150 lines" [ "$(wc -l <$source)" -lt 150 ]
mpicc.openmpi -std=c99 -pedantic-errors -Wall -Wextra -Werror -D_POSIX_C_SOURCE=200809L -O2 -Iinclude \
    -o "$folder/data_parallel" $source "$BUILD/libsrnn.a"
as_root=
[ "$(id -u)" -ne 0 ] || as_root=--allow-run-as-root
for ranks in 1 2 4; do
    expect "$ranks ranks run" run $ranks "$folder/$ranks"
    expect "$ranks ranks run again" run $ranks "$folder/$ranks.again"
    expect "$ranks ranks: the same output, hash and all, both times" \
        cmp -s "$folder/$ranks" "$folder/$ranks.again"
    expect "$ranks ranks: the same weights on all of them" \
        grep -q "^hash .* on $ranks of $ranks ranks" "$folder/$ranks"
    expect "$ranks ranks: the loss falls by half, with Omega" learns "$folder/$ranks"
    [ $ranks -eq 1 ] ||
        expect "$ranks ranks: the curves of 1 rank, to 1e-6" near "$folder/1" "$folder/$ranks"
    tail -n 1 "$folder/$ranks"
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
