#!/bin/sh
# The defaults that the comments of srnn.h give are those that the library lists. Switches and the
# instruction set, whose defaults the comments give in words, are left out.
set -eu
. tests/program/library.sh

# The comment on a handle's options: a name, then what it is up to the next name.
awk '
    /^\/\* Options of an? / { handle = $5; sub(/\..*/, "", handle) }
    handle == "" { next }
    /^ \*   [A-Z]/ { name = $2 }
    { sub(/^ \*/, ""); said[handle " " name] = said[handle " " name] " " $0 }
    /\*\// || /^ *Statistics/ { handle = name = "" }
    END {
        for (option in said)
            if (match(said[option], /default +(infinity|[0-9.e-]*[0-9])/)) {
                value = substr(said[option], RSTART, RLENGTH)
                sub(/default +/, "", value)
                print option, value == "infinity" ? "inf" : value
            }
    }' include/srnn.h | LC_ALL=C sort >"$scratch/said"

# shellcheck disable=SC2046
${CC:-cc} -std=c99 -Iinclude $(link_flags) tests/docs/option_defaults.c "$BUILD/libsrnn.a" \
    -o "$scratch/listed"
"$scratch/listed" >"$scratch/list" || fail "the list has an error"
switches='clipper (POLICY|RULE)|regularizer (RATIO|STATE|AVERAGE)|model INSTRUCTIONS'
sed -E 's/ SRNN_(OMEGA|CLIP|WORKSPACE|OPTIMIZER|MODEL)_/ /' "$scratch/list" |
    grep -Ev "^($switches) (0|91|191|4[1-4])$" | LC_ALL=C sort >"$scratch/wanted"

# Numbers are compared as numbers: 1e-08 is 1e-8. The texts come first: infinity is no number.
awk 'NR == FNR { wanted[$1 " " $2] = $3; n++; next }
    !(($1 " " $2) in wanted) { print "not listed: " $0; next }
    wanted[$1 " " $2] "" != $3 "" && wanted[$1 " " $2] + 0 != $3 + 0 { print $0 ", listed as " wanted[$1 " " $2] }
    { delete wanted[$1 " " $2] }
    END { for (option in wanted) print "no default is told of " option }' \
    "$scratch/wanted" "$scratch/said" >"$scratch/wrong"
[ ! -s "$scratch/wrong" ] || fail "$(cat "$scratch/wrong")"
[ "$(wc -l <"$scratch/said")" -ge 16 ] || fail "srnn.h has few defaults: $(cat "$scratch/said")"
echo "$(wc -l <"$scratch/said") defaults of srnn.h are those of the list"
