# shellcheck shell=sh
# binding.sh - what the checks of the languages share. To be sourced from the top of the checkout,
# as `make check-ffi` runs them, after the library was installed in $BUILD/ffi/installed.
. tests/program/library.sh

ffi=$built/ffi
installed=$ffi/installed
# What cannot be written where a number has the width of its type.
# shellcheck disable=SC2034
no_such_numbers='.* of more than .*|a fraction .*'
mkdir -p "$ffi"
[ -e "$installed/include/srnn.h" ] || fail "nothing is installed in $installed: use make check-ffi"
LD_LIBRARY_PATH=$installed/lib
PKG_CONFIG_PATH=$installed/lib/pkgconfig
# Go refuses what pkg-config says of a path with blanks, which that of the checkout may have.
ln -s "$ffi" "$scratch/ffi"
PKG_CONFIG_SYSROOT_DIR=$scratch/ffi
export LD_LIBRARY_PATH PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR

# What the C program prints while it trains, and its hash.
"$BUILD/examples/train" >"$scratch/in_c"
grep -q '^hash [0-9a-f]\{16\}$' "$scratch/in_c" || fail "examples/train prints no hash"

# train_alike WHAT COMMAND...: the program trains to the loss, the norms, the errors and the hash
# of the C program, although it goes on with new objects after an interruption that C has not; and
# it streams a sequence. The other lines that it prints are shown, and left in $scratch/said.
train_alike() {
    _what=$1
    shift
    "$@" >"$scratch/out" || fail "$_what: exit code $?: $(cat "$scratch/out")"
    grep -E '^(update|hash) ' "$scratch/out" >"$scratch/in_other" || :
    diff "$scratch/in_c" "$scratch/in_other" >"$scratch/difference" ||
        fail "$_what trains otherwise than C (<): $(cat "$scratch/difference")"
    grep -Ev '^(update|hash) ' "$scratch/out" >"$scratch/said" || :
    grep -q '^restored: 7 parts at update 1000, classes 00 10 01 11$' "$scratch/said" ||
        fail "$_what was not interrupted: $(cat "$scratch/said")"
    grep -q '^streamed: class \([0-3]\) for \1, the state is that of forward$' "$scratch/said" ||
        fail "$_what streams otherwise than forward: $(cat "$scratch/said")"
    echo "$_what: $(grep '^hash ' "$scratch/out"), as in C; $(cat "$scratch/said")"
}

# with_library PROGRAM: compiles tests/ffi/PROGRAM.c and runs it.
with_library() {
    ${CC:-cc} -std=c99 -I"$installed/include" "tests/ffi/$1.c" -L"$installed/lib" -lsrnn \
        -o "$scratch/$1" || fail "tests/ffi/$1.c does not compile"
    "$scratch/$1"
}

# constants_agree WHAT <LIST: LIST has a line "NAME NUMBER" for every constant that a binding has a
# copy of. The numbers are those of srnn.h; all kinds and flags that a binding can use are there;
# and no option is, since the library lists its options itself.
constants_agree() {
    LC_ALL=C sort >"$scratch/copied"
    with_library option_names >"$scratch/options"
    awk 'NR == FNR { option[$1]; next }
        $1 == "#define" && $3 ~ /^\(?-?[0-9]+u?\)?$/ && !($2 in option) {
            gsub(/[()u]/, "", $3)
            print substr($2, 6), $3
        }' "$scratch/options" "$installed/include/srnn.h" | LC_ALL=C sort >"$scratch/constants"
    LC_ALL=C comm -13 "$scratch/constants" "$scratch/copied" >"$scratch/wrong"
    [ ! -s "$scratch/wrong" ] || fail "$1 has what srnn.h has not: $(cat "$scratch/wrong")"
    _families='HIDDEN|OUTPUT|START|INSTRUCTIONS|MODEL|WORKSPACE|OMEGA|CLIP|OPTIMIZER|OPTION|PART'
    LC_ALL=C comm -23 "$scratch/constants" "$scratch/copied" | grep -E "^($_families|STORED)_" |
        grep -Ev '^(MODEL_MAX_WIDTH |PART_NAME_BYTES |WORKSPACE_KEEP_)' >"$scratch/missing" || :
    [ ! -s "$scratch/missing" ] || fail "$1 lacks kinds or flags: $(cat "$scratch/missing")"
    echo "$1: $(wc -l <"$scratch/copied") constants have the numbers of srnn.h"
}

# refuse_all WHAT LEFT_OUT COMMAND...: the program tries each case of refusals.txt but those that
# the pattern LEFT_OUT matches, and prints for each the message of the status that stands there.
refuse_all() {
    _what=$1
    _left_out=$2
    shift 2
    with_library status_texts >"$scratch/texts"
    awk -F ': ' -v left_out="$_left_out" '
        NR == FNR { text[$1] = substr($0, length($1) + 3); next }
        /^#/ || (left_out != "" && $1 ~ "^(" left_out ")$") { next }
        { print $0 ": " text[$2] }' "$scratch/texts" tests/ffi/refusals.txt >"$scratch/wanted"
    "$@" >"$scratch/out" || fail "$_what: exit code $?: $(cat "$scratch/out")"
    diff "$scratch/wanted" "$scratch/out" >"$scratch/difference" ||
        fail "$_what refuses otherwise than refusals.txt (<): $(cat "$scratch/difference")"
    echo "$_what: $(wc -l <"$scratch/wanted") kinds of bad input are refused, each with its text"
}
