#!/bin/sh
# The interface is what it was, as far as a compiler can find out; `make check-abi` looks at the library
# with a tool for it.
#   - srnn.h, the version script of libsrnn.so and symbols.txt have the same functions, and
#     symbols.txt the version that each came in (that libsrnn.so exports them: layers/test_core.sh);
#   - no constant, function or callback of the baseline's header is gone or another, unless
#     accepted.txt says why;
#   - a program that was compiled and linked against the baseline runs with today's library.
set -eu
. tests/program/library.sh
needs_elf "reads the version script of an ELF library; the header is the same everywhere"
. tests/abi/compare.sh

today=$("$SRNN" --version | sed -n 's/^srnn //p')
symbols=tests/abi/symbols.txt

# later A B: version A is later than B.
later() {
    [ "$1" != "$2" ] && [ "$(printf '%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n -k3,3n | tail -n 1)" = "$1" ]
}

tests/layers/declared.sh >"$scratch/declared"
sed '/^#/d' "$symbols" >"$scratch/listed"
grep -Evx 'srnn_[a-z0-9_]+ [0-9]+\.[0-9]+\.[0-9]+' "$scratch/listed" >"$scratch/odd" &&
    fail "$symbols: not 'NAME VERSION': $(head -n 1 "$scratch/odd")"
cut -d' ' -f1 "$scratch/listed" >"$scratch/names.listed"
LC_ALL=C sort -uc "$scratch/names.listed" 2>/dev/null || fail "$symbols is not sorted"
diff "$scratch/declared" "$scratch/names.listed" >"$scratch/difference" ||
    fail "srnn.h (<) and $symbols (>) have other functions: $(cat "$scratch/difference")"

# The version script: one node, of the versions that share a soname, with the functions and nothing else.
sed -n 's/^ *\(srnn_[a-z0-9_]*\);$/\1/p' "$BUILD/libsrnn.map" | LC_ALL=C sort >"$scratch/mapped"
same "$scratch/declared" "$scratch/mapped" "srnn.h and the version script"
[ "$(grep -v ' srnn_' "$BUILD/libsrnn.map" | tr -d ' \n')" = "SRNN_$(series_of "$today"){global:local:*;};" ] ||
    fail "the version script has another form: $(grep -v ' srnn_' "$BUILD/libsrnn.map")"

# A function of the baseline came with it or before, another one after it or with today's.
baseline=$(version_of tests/abi/baseline/srnn.h)
[ "$(version_of include/srnn.h)" = "$today" ] || fail "the program and srnn.h have other versions"
if later "$baseline" "$today"; then
    fail "the baseline is $baseline, later than today's $today"
fi
tests/layers/declared.sh tests/abi/baseline/srnn.h >"$scratch/based"
while read -r name version; do
    if grep -qx "$name" "$scratch/based"; then
        ! later "$version" "$baseline" ||
            fail "$symbols: $name came in $version, but the baseline $baseline has it"
    else
        ! later "$version" "$today" || fail "$symbols: $name comes in $version, today is $today"
        [ "$version" = "$baseline" ] || later "$version" "$baseline" ||
            fail "$symbols: $name came in $version, but the baseline $baseline lacks it"
    fi
done <"$scratch/listed"

# The header against the baseline's.
header_differences tests/abi/baseline/srnn.h include/srnn.h >"$scratch/differences" ||
    fail "the headers could not be compared"
judge "$scratch/differences" tests/abi/accepted.txt "$today" part || fail "see tests/abi/README.md"

# No two constants have the same number, but for the status codes and a size.
constants include/srnn.h | grep -Ev '^SRNN_(OK|E_[A-Z_]*|PART_NAME_BYTES) ' >"$scratch/constants.txt"
awk '{ number = $2 + 0 } number in named { print named[number]; print } { named[number] = $0 }' "$scratch/constants.txt" >"$scratch/twice"
[ ! -s "$scratch/twice" ] || fail "constants of the same number: $(cat "$scratch/twice")"

# No sum of flags is another constant: flags are the powers of two from 256 on, so their sums are the
# other multiples of 256.
awk '{
    power = 256
    while (power < $2 + 0) power *= 2
    if ($2 % 256 == 0 && $2 + 0 != power) print
}' "$scratch/constants.txt" >"$scratch/sums"
[ ! -s "$scratch/sums" ] || fail "constants that are sums of flags: $(cat "$scratch/sums")"

# A program of the baseline's time. It has today's constants, as far as they are accepted.
mkdir -p "$scratch/stub/include"
{
    cat tests/abi/baseline/srnn.h
    constants include/srnn.h | awk '{ print "#undef " $1; print "#define " $0 }'
} >"$scratch/stub/include/srnn.h"
stub "$scratch/stub" || fail "the baseline's library does not build"
$CC -std=c99 -I"$scratch/stub/include" tests/consumer/consumer.c -L"$scratch/stub/build" -lsrnn \
    -o "$scratch/old" || fail "the consumer does not build against the baseline"
$CC -std=c99 -Iinclude tests/consumer/consumer.c "$BUILD/libsrnn.a" -o "$scratch/now"
if LD_LIBRARY_PATH=$scratch/stub/build "$scratch/old" >"$scratch/out" 2>&1; then
    fail "the program passes with a library that does nothing"
fi
LD_BIND_NOW=1 LD_LIBRARY_PATH=$BUILD "$scratch/old" >"$scratch/old.out" 2>&1 ||
    fail "a program of the baseline's time does not run: $(cat "$scratch/old.out")"
"$scratch/now" >"$scratch/now.out" || fail "the consumer does not run"
same "$scratch/old.out" "$scratch/now.out" "a program of the baseline's time and today's"

echo "$(wc -l <"$scratch/listed") functions, as in the baseline $baseline or added since"
