#!/bin/sh
# Numbers as text: what the program's readers take for a number, and the digits that it prints.
set -eu
. tests/program/library.sh
build_helper numbers_as_text "$BUILD/src/support/number.o"

# gives FUNCTION [DIGITS] <lines "INPUT -> OUTPUT"
gives() {
    cat >"$scratch/table"
    sed 's/ -> .*//' "$scratch/table" >"$scratch/in"
    sed 's/.* -> //' "$scratch/table" >"$scratch/expected"
    "$scratch/numbers_as_text" "$@" <"$scratch/in" >"$scratch/out" || fail "numbers_as_text $*: status $?"
    diff -u "$scratch/expected" "$scratch/out" >&2 || fail "$*: other texts than expected (see above)"
}

# 17 digits tell one double from the next.
gives number <<'END'
1 -> 1|
-0.5rest -> -0.5|rest
+.25, -> 0.25|,
7.e -> 7|e
1e5e5 -> 100000|e5
1e+ -> 1|e+
0x10 -> not a number
inf -> not a number
nan -> not a number
 1 -> not a number
. -> not a number
-e1 -> not a number
1e999 -> out of range: too far from 0
-1e999 -> out of range: too far from 0
1e-999 -> out of range: too close to 0
0.1 -> 0.10000000000000001|
END
gives count <<'END'
0 -> 0|
18446744073709551615x -> 18446744073709551615|x
18446744073709551616 -> too large
-1 -> not a whole number
+1 -> not a whole number
 1 -> not a whole number
END
gives shortest <<'END'
0.1 -> 0.1
1e23 -> 1e+23
0.30000000000000004 -> 0.30000000000000004
5e-324 -> 5e-324
-0 -> -0
END
gives rounded 3 <<'END'
-nan -> nan
1234.5 -> 1.23e+03
0.00012345 -> 0.000123
-inf -> -inf
END
# An exponent below 10^(2 - 4) and from 1e9 on.
gives fixed 4 <<'END'
nan -> nan
-nan -> nan
0 -> 0.0000
0.01 -> 0.0100
0.0099999 -> 9.9999e-03
-0.01 -> -0.0100
-0.0099999 -> -9.9999e-03
999999999 -> 999999999.0000
1e9 -> 1.0000e+09
-1e9 -> -1.0000e+09
inf -> inf
END
# At two digits and fewer, from 1 on.
gives fixed 2 <<'END'
1 -> 1.00
0.99 -> 9.90e-01
END
