# shellcheck shell=sh
# binding.sh - what the checks of the languages share. To be sourced from the top of the checkout,
# as `make check-ffi` runs them, after the library was installed in $BUILD/ffi/installed.
. tests/program/library.sh

case $BUILD in
/*) ffi=$BUILD/ffi ;;
*) ffi=$PWD/$BUILD/ffi ;;
esac
installed=$ffi/installed
mkdir -p "$ffi"
[ -e "$installed/include/srnn.h" ] || fail "nothing is installed in $installed: use make check-ffi"
LD_LIBRARY_PATH=$installed/lib
PKG_CONFIG_PATH=$installed/lib/pkgconfig
export LD_LIBRARY_PATH PKG_CONFIG_PATH

# What the C program prints while it trains, and its hash.
"$BUILD/examples/train" >"$scratch/in_c"
grep -q '^hash [0-9a-f]\{16\}$' "$scratch/in_c" || fail "examples/train prints no hash"

# train_alike WHAT COMMAND...: the program trains to the loss, the norms, the errors and the hash
# of the C program. The other lines that it prints are shown, and left in $scratch/said.
train_alike() {
    _what=$1
    shift
    "$@" >"$scratch/out" || fail "$_what: exit code $?: $(cat "$scratch/out")"
    grep '^update \|^hash ' "$scratch/out" >"$scratch/in_other" || :
    diff "$scratch/in_c" "$scratch/in_other" >"$scratch/difference" ||
        fail "$_what trains otherwise than C (<): $(cat "$scratch/difference")"
    grep -v '^update \|^hash ' "$scratch/out" >"$scratch/said" || :
    echo "$_what: $(grep '^hash ' "$scratch/out"), as in C; $(cat "$scratch/said")"
}

# refuse_all WHAT LEFT_OUT COMMAND...: the program tries each case of refusals.txt but those that
# the pattern LEFT_OUT matches, and prints for each the message of the status that stands there.
refuse_all() {
    _what=$1
    _left_out=$2
    shift 2
    ${CC:-cc} -std=c99 -I"$installed/include" tests/ffi/status_texts.c -L"$installed/lib" -lsrnn \
        -o "$scratch/status_texts" || fail "tests/ffi/status_texts.c does not compile"
    "$scratch/status_texts" >"$scratch/texts"
    awk -F ': ' -v left_out="$_left_out" '
        NR == FNR { text[$1] = $2; next }
        /^#/ || (left_out != "" && $1 ~ "^(" left_out ")$") { next }
        { print $0 ": " text[$2] }' "$scratch/texts" tests/ffi/refusals.txt >"$scratch/wanted"
    "$@" >"$scratch/out" || fail "$_what: exit code $?: $(cat "$scratch/out")"
    diff "$scratch/wanted" "$scratch/out" >"$scratch/difference" ||
        fail "$_what refuses otherwise than refusals.txt (<): $(cat "$scratch/difference")"
    echo "$_what: $(wc -l <"$scratch/wanted") kinds of bad input are refused, each with its text"
}
