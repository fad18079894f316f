#!/bin/sh
# test_wrapper.sh - srnn.hpp: without a warning, tested, and complete
#
# Each compiler that is here compiles the tests of this folder with the warnings that users turn on,
# in every standard that it knows from C++17 on, as one file to save time. They run in one of these:
# the first compiler's in C++17 under the address sanitizer, the second's in the latest.
# examples/train.cpp must print what examples/train.c prints. Every function and constant of srnn.h
# is in srnn.hpp.
set -eu
. tests/program/library.sh

is_sanitized && { echo "the library of a sanitizer is linked by its own compiler only"; exit 77; }

# ---------------------------------------------------------------------------
# Complete
# ---------------------------------------------------------------------------

# Functions that srnn.hpp does not call have their reason in the comment on top.
for function in $(tests/layers/declared.sh | grep -v '_create$'); do
    grep -qw "$function" include/srnn.hpp || fail "srnn.hpp has no $function"
done
# Not a limit, nor what functions return that srnn.hpp does not call.
sed -n 's/^#define \(SRNN_[A-Z0-9_]*\) [0-9][0-9]*u.*/\1/p' include/srnn.h |
    grep -v -e '^SRNN_ARITHMETIC_' -e '^SRNN_OPTION_' -e '^SRNN_MODEL_MAX_WIDTH$' \
        >"$scratch/constants"
[ "$(wc -l <"$scratch/constants")" -gt 100 ] || fail "the constants of srnn.h were not found"
while read -r constant; do
    grep -qw "$constant" include/srnn.hpp || fail "srnn.hpp has no $constant"
done <"$scratch/constants"
# Each constant of a class has the name and the number of one of C, and all of an enum are of one family.
awk '/enum class/ { family = "" }
    {
        while (match($0, /[a-z0-9_]+ = SRNN_[A-Z0-9_]+/)) {
            split(substr($0, RSTART, RLENGTH), pair, " = ")
            $0 = substr($0, RSTART + RLENGTH)
            begin = length(pair[2]) - length(pair[1])
            if (pair[1] == "automatic" && pair[2] == "SRNN_CLIP_RULE_AUTO") continue
            if (family == "") family = substr(pair[2], 1, begin)
            if (pair[2] != family toupper(pair[1])) print pair[1] " = " pair[2]
        }
    }' include/srnn.hpp >"$scratch/misnamed"
[ ! -s "$scratch/misnamed" ] || fail "srnn.hpp names other constants: $(cat "$scratch/misnamed")"

# ---------------------------------------------------------------------------
# Compiled and run
# ---------------------------------------------------------------------------

strict="-pedantic-errors -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wcast-qual -Wcast-align -Wzero-as-null-pointer-constant -Werror"
for source in tests/cpp/*.cpp; do
    echo "#include \"$PWD/$source\""
done >"$scratch/all.cpp"
echo '#include <optional>
    int main() { }' >"$scratch/known.cpp"
echo '#include <cstdlib>
    int main() { std::free(std::malloc(1)); }' >"$scratch/small.cpp"

# knows STANDARD: whether $compiler is here and does.
knows() {
    "$compiler" "-std=$1" -fsyntax-only "$scratch/known.cpp" 2>/dev/null
}
compile() {
    # shellcheck disable=SC2086
    "$compiler" $strict -Iinclude "$@" || fail "$compiler $*"
}
# run_tests FLAGS...: builds them with these flags, beside a file in C++17, and runs them.
run_tests() {
    compile -std=c++17 -c -x c++ include/srnn.hpp -o "$scratch/another.o"
    compile "$@" "$scratch/all.cpp" "$scratch/another.o" "$BUILD/libsrnn.a" -pthread \
        -o "$scratch/tests"
    ! nm -C "$scratch/tests" | grep ' [BbDdGgSsCu] .*srnn::' || fail "srnn.hpp has data of its own"
    "$scratch/tests" >"$scratch/said" || fail "$compiler $*: $(cat "$scratch/said")"
    echo "$compiler $*: $(cat "$scratch/said")"
}

# refuses TEXT FILE FLAGS...: FILE of C++ does not compile with these flags, and the compiler says
# TEXT.
refuses() {
    text=$1
    file=$2
    shift 2
    ! "$compiler" "$@" -Iinclude -fsyntax-only -x c++ "$file" 2>"$scratch/said" &&
        grep -q "$text" "$scratch/said" || fail "$compiler $*: should say: $text"
}
# refuses_callback CALL: nor does this call, whose callback returns something.
refuses_callback() {
    printf '#include <srnn.hpp>\nvoid f(srnn::model &model, srnn::workspace &workspace) { %s; }\n' \
        "$1" >"$scratch/callback.cpp"
    refuses "returns nothing, and throws" "$scratch/callback.cpp" -std=c++17
}

"$BUILD/examples/train" >"$scratch/train.c.out"
tried=
for compiler in c++ clang++; do
    knows c++17 || continue
    running=c++17
    for standard in c++20 c++2b; do
        knows $standard || continue
        compiled=$standard
        [ -z "$tried" ] || { compiled=$running; running=$standard; }
        compile -std=$compiled -fsyntax-only "$scratch/all.cpp"
    done
    address="-g -fsanitize=address,undefined -fno-sanitize-recover=all"
    # shellcheck disable=SC2086
    if [ -z "$tried" ] && "$compiler" $address "$scratch/small.cpp" -o "$scratch/small" \
        2>/dev/null && "$scratch/small"; then
        run_tests -std=$running $address
    else
        run_tests -std=$running
    fi
    compile -std=c++17 examples/train.cpp "$BUILD/libsrnn.a" -o "$scratch/train"
    "$scratch/train" >"$scratch/train.out" || fail "$compiler: train.cpp ends with $?"
    diff "$scratch/train.c.out" "$scratch/train.out" || fail "$compiler: train.cpp differs"
    refuses "needs C++17" include/srnn.hpp -std=c++14
    refuses "without them use srnn.h" include/srnn.hpp -std=c++17 -fno-exceptions
    refuses_callback 'model.write([](srnn::span<const std::byte>) { return false; })'
    refuses_callback 'workspace.parallel(2, [](std::uint32_t, srnn::task) { return -1; })'
    tried="$tried $compiler"
done
[ -n "$tried" ] || { echo "no compiler of C++17 is here"; exit 77; }
