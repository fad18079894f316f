#!/bin/sh
# check_rust.sh - examples/ffi/rust: the bits, the errors, the borrows, and that it declares what
# bindgen reads in srnn.h
set -eu
. tests/ffi/binding.sh

tests/install_tool.sh rustc bindgen
compile() {
    rustc --edition 2021 -D warnings -L "$installed/lib" "$@" >"$scratch/log" 2>&1
}

compile -O examples/ffi/rust/train.rs -o "$scratch/train" || fail "$(cat "$scratch/log")"
train_alike Rust "$scratch/train"
compile tests/ffi/refusals.rs -o "$scratch/refusals" || fail "$(cat "$scratch/log")"
# What is left out cannot be written in Rust: its types have no such value.
left_out='a handle .*|no handle|ids before begin|a negative .*|an allocator .*'
left_out="$left_out|parameters below zero|a parallel-for in .*|a parallel-for that runs .*"
left_out="$left_out|a step into the state .*|a batch in a checkpoint|a text that is not .*"
left_out="$left_out|a .* that is closed|$no_such_numbers"
refuse_all Rust "$left_out" "$scratch/refusals"
sed -n 's/^pub const \([A-Z0-9_]*\): [ui]32 = \(.*\);/\1 \2/p' \
    examples/ffi/rust/srnn_constants.rs >"$scratch/list"
constants_agree Rust <"$scratch/list"

# compile_borrowed [OPTION...]: checks the borrows of tests/ffi/borrowed.rs.
compile_borrowed() {
    compile "$@" --crate-type rlib --emit metadata -o "$scratch/metadata" tests/ffi/borrowed.rs
}
compile_borrowed || fail "$(cat "$scratch/log")"
for case in 'changed E0502]: cannot borrow .ids.' 'dropped E0505]: cannot move out of .model.'; do
    if compile_borrowed --cfg "${case%% *}"; then
        fail "borrowed.rs compiles with --cfg ${case%% *}"
    fi
    grep -q "^error\[${case#* }" "$scratch/log" ||
        fail "borrowed.rs does not compile, but not for ${case#* }: $(cat "$scratch/log")"
done
echo "Rust: ids are borrowed until backward is done, parts while their checkpoint is used"

# bindgen reads the header as it is.
bindgen --size_t-is-usize --allowlist-function 'srnn_.*' include/srnn.h -o "$scratch/bindings.rs" ||
    fail "bindgen cannot read srnn.h"
declarations_agree() {
    DECLARATIONS=$scratch compile --crate-type rlib --emit metadata -o "$scratch/metadata" \
        tests/ffi/declarations.rs
}
written=examples/ffi/rust/srnn_sys.rs
# An inner attribute and comments of a file's beginning may not be included.
grep -Ev '^(//|#)!' $written >"$scratch/written.rs"
declarations_agree || fail "srnn_sys.rs and bindgen differ: $(head -n 50 "$scratch/log")"
functions=0
while read -r function; do
    grep -q "pub fn $function(" "$scratch/bindings.rs" || fail "bindgen found no $function"
    functions=$((functions + 1))
done <<EOF
$(sh tests/layers/declared.sh)
EOF
# Were one of them wrong, the compiler would report it.
for wrong in 's/stream: u64/stream: u32/' 's/scale: f64/scale: f32/' \
    's/ids: \*const u32/ids: *const u64/' 's/count: usize/count: u32/' 's/max_sequences: u32, //'; do
    sed "$wrong" $written | grep -Ev '^(//|#)!' >"$scratch/written.rs"
    if declarations_agree || ! grep -q 'redeclared with a different signature' "$scratch/log"; then
        fail "no error about $wrong"
    fi
done
echo "Rust: srnn_sys.rs agrees with bindgen, which read $functions functions in srnn.h"
