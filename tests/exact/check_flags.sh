#!/bin/sh
# check_flags.sh - a user's flags cannot change the bits
#
# Under flags that let a compiler contract a * b + c, the amalgamation and the Makefile's library
# train to the hash in training.hash. Under flags that change more, the library does not compile.
# Where clang has no macro for such a flag, the library makes no model.
set -eu
. tests/program/library.sh

tests/install_tool.sh gcc clang
case $(uname -m) in
x86_64)
    grep -qw fma /proc/cpuinfo || {
        echo "skip: the processor has no fused multiply-add"
        exit 77
    }
    native=-march=native
    fma=-mfma
    ;;
*) native='' fma='' ;;
esac
support="tests/support/hash.c tests/support/parallel.c"

# link LIBRARY COMPILER FLAGS...: the program that trains.
link() {
    _library=$1
    shift
    # shellcheck disable=SC2086
    "$@" -w -D_POSIX_C_SOURCE=200809L -Iinclude -Itests/support tests/exact/train_hash.c $support \
        "$_library" -o "$scratch/train" -pthread
}

# trains FAMILY WHAT: to the committed hash of the family.
trains() {
    "$scratch/train" >"$scratch/lines" || fail "$2: does not train"
    hash=$(cut -d' ' -f1,2 "$scratch/lines" | sort -u)
    [ "$hash" = "$(grep "^$1 " tests/exact/training.hash)" ] || fail "$2: trains to $hash"
    echo "same bits: $2"
}

while read -r family flags; do
    # shellcheck disable=SC2086
    link "$BUILD/amalgamation/srnn.c" $flags || fail "$flags: does not build"
    trains "$family" "$flags"
done <<END
fused gcc -std=gnu17 -O3 $native
fused gcc -std=gnu99 -Os $native -DSRNN_NO_DISPATCH
separate gcc -O2 $native -DSRNN_NO_DISPATCH -DSRNN_NO_FMA
fused clang -O1 $fma -DSRNN_NO_DISPATCH
END

# Flags of the user come after the Makefile's.
flags="-std=gnu17 -O1 $native -ffp-contract=fast"
make -s BUILD="$scratch/make" CC=gcc CPPFLAGS=-DSRNN_NO_DISPATCH CFLAGS="$flags" \
    "$scratch/make/libsrnn.a" ||
    fail "make CFLAGS='$flags': does not build"
link "$scratch/make/libsrnn.a" gcc -O1
trains fused "make CFLAGS='$flags'"

# Refused by the source. With -std=c99 gcc counts -ffp-contract=fast among them.
while read -r compiler flags; do
    # shellcheck disable=SC2086
    ! "$compiler" $flags -Iinclude -Ilib -fsyntax-only lib/base/status.c 2>"$scratch/log" ||
        fail "$compiler $flags: compiles"
    grep -q 'error.*libsrnn defines its results' "$scratch/log" ||
        fail "$compiler $flags: $(cat "$scratch/log")"
    echo "does not compile: $compiler $flags"
done <<END
gcc -ffast-math
gcc -Ofast
gcc -funsafe-math-optimizations
gcc -ffinite-math-only
gcc -freciprocal-math
gcc -fno-signed-zeros
gcc -fassociative-math -fno-signed-zeros -fno-trapping-math
gcc -fsingle-precision-constant
gcc -std=c99 -ffp-contract=fast
clang -ffast-math
clang -Ofast
clang -ffinite-math-only
END

# Refused when it runs, from -O1 on: clang makes no use of some of these without optimisation.
cat >"$scratch/model.c" <<'END'
#include "srnn.h"
int main(void)
{
    static double memory[64];
    srnn_model *model;
    const int32_t status = srnn_model_init(memory, sizeof memory, 1, 1, 1, SRNN_HIDDEN_TANH, SRNN_OUTPUT_LINEAR,
                                           SRNN_MODEL_EXTERNAL, &model);
    return status == SRNN_OK ? 10 : status == SRNN_E_UNSUPPORTED ? 11 : 1;
}
END
while read -r expected flags; do
    # shellcheck disable=SC2086
    clang $flags -Iinclude -Ilib "$scratch/model.c" lib/model/model.c lib/base/object.c \
        lib/base/rounding.c lib/base/processor.c -o "$scratch/model" || fail "clang $flags: does not build"
    status=0
    "$scratch/model" || status=$?
    [ "$status" -eq "$expected" ] || fail "clang $flags: returns $status, not $expected"
    [ "$status" -eq 10 ] || echo "makes no model: clang $flags"
done <<END
10 -O0
10 -O3 $fma
11 -O1 -ffp-contract=fast
11 -O3 -ffp-contract=fast $fma -DSRNN_NO_DISPATCH
11 -O1 -funsafe-math-optimizations
11 -O1 -freciprocal-math
11 -O1 -fassociative-math -fno-signed-zeros -fno-trapping-math
11 -O1 -fno-signed-zeros
11 -O1 -fno-honor-nans
END
