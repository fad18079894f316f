#!/bin/sh
# bench_wasm.sh - the training step of the WebAssembly module beside those of the native libraries
# on one thread, as `make bench-wasm` builds them. REPEATS is the number of steps that are timed.
set -eu

build=${BUILD:-build}
repeats=${REPEATS:-300}
for family in fused separate; do
    library=$build/libsrnn.a
    [ $family = fused ] || library=$build/separate/libsrnn.a
    "${CC:-cc}" -O2 -std=c99 -D_POSIX_C_SOURCE=200809L -Iinclude -Itests/support \
        tests/wasm/step_time.c tests/support/hash.c "$library" -o "$build/step_time_$family"
done

print_row() {
    printf '%-8s %-18s %8s %8s  %s\n' "$@"
}

print_row steps build least median hash
for steps in 20 50 100 200; do
    for family in fused separate; do
        # shellcheck disable=SC2046
        print_row $steps "native, $family" $("$build/step_time_$family" $steps "$repeats")
    done
    # shellcheck disable=SC2046
    print_row $steps WebAssembly $(node tests/wasm/step_time.mjs "$build/wasm" $steps "$repeats")
done
printf 'srnn.wasm: %s bytes, %s with gzip -9\n' "$(wc -c <"$build/wasm/srnn.wasm")" \
    "$(gzip -9 -c "$build/wasm/srnn.wasm" | wc -c)"
