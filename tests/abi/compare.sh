# shellcheck shell=sh
# compare.sh - lists how a header and a library differ from older ones. To be sourced from the top
# of the checkout, with $scratch a folder.
#
# A difference is a line `removed NAME`, `changed NAME: HOW` or `added NAME`, where NAME is a
# function, a callback's type or a constant.

CC=${CC:-cc}

# The version of header $1.
version_of() {
    sed -n 's/^#define SRNN_VERSION_[MP][A-Z]* //p' "$1" | tr '\n' . | sed 's/\.$//'
}

# constants HEADER: `NAME VALUE`, with a u where the type has no sign. Version and SRNN_API are none.
constants() {
    sed -n 's/^#define \(SRNN_[A-Z0-9_]*\) .*/\1/p' "$1" | grep -v -e '^SRNN_VERSION_' -e '^SRNN_API$' \
        >"$scratch/names"
    {
        printf '#include "srnn.h"\n#include <stdio.h>\nint main(void)\n{\n'
        sed 's/.*/    printf("& %lld%s\\n", (long long)(&), 0 * (&) - 1 > 0 ? "u" : "");/' \
            "$scratch/names"
        printf '    return 0;\n}\n'
    } >"$scratch/constants.c"
    $CC -std=c99 -I"$(dirname "$1")" "$scratch/constants.c" -o "$scratch/constants" &&
        "$scratch/constants"
}

# shapes HEADER: `NAME DECLARATION` of functions and callbacks, without the parameters' names: what
# a program depends on, written in the header's own types. size_t and uint64_t, which a compiler for a
# 64-bit machine takes for the same, are not the same here.
shapes() {
    {
        awk -f tests/layers/prototypes.awk "$1"
        tr '\n' ' ' <"$1" | tr ';' '\n' | sed -n 's/.*typedef \([^{}]*(\*srnn_.*)\)$/\1/p'
    } | awk '
        {
            gsub(/ +/, " ")
            match($0, /srnn_[a-z0-9_]*\)?\(/)
            name = substr($0, RSTART, RLENGTH)
            gsub(/[()]/, "", name)
            n = split(substr($0, RSTART + RLENGTH), words, /,/)
            line = substr($0, 1, RSTART + RLENGTH - 1)
            for (i = 1; i <= n; i++) {
                # The last word is the name, unless it is the only one: (void).
                if (words[i] !~ /^ *[a-z0-9_]*\) *$/ || n > 1) sub(/[a-z0-9_]+\)? *$/, "", words[i])
                gsub(/^ +| +$/, "", words[i])
                line = line (i > 1 ? ", " : "") words[i]
            }
            print name, line (line ~ /\)$/ ? "" : ")")
        }'
}

# differences OLD NEW: those of two lists `NAME WHAT`.
differences() {
    awk 'NR == FNR { old[$1] = $0; next }
        { now[$1] = $0 }
        END {
            for (name in old) {
                if (!(name in now)) print "removed " name
                else if (now[name] != old[name])
                    print "changed " name ": was " substr(old[name], length(name) + 2) \
                        ", is " substr(now[name], length(name) + 2)
            }
            for (name in now) if (!(name in old)) print "added " name
        }' "$1" "$2" | LC_ALL=C sort
}

# header_differences OLD NEW: those of two headers.
header_differences() {
    for what in constants shapes; do
        $what "$1" >"$scratch/old" && $what "$2" >"$scratch/new" || return 2
        [ -s "$scratch/old" ] || return 2
        differences "$scratch/old" "$scratch/new"
    done
}

# stub FOLDER: a library for FOLDER/include/srnn.h, FOLDER/build/libsrnn.so, with functions that do
# nothing, and its soname, symbol versions and debugging information as the Makefile makes them.
stub() {
    mkdir -p "$1/lib/delivery" "$1/tests/fuzz"
    cp Makefile "$1/"
    cp lib/delivery/*.mk "$1/lib/delivery/"
    cp tests/fuzz/fuzz.mk "$1/tests/fuzz/"
    {
        echo '#include "srnn.h"'
        awk -f tests/layers/prototypes.awk "$1/include/srnn.h" |
            sed 's/^void srnn_.*/& { }/; t
                 s/$/ { return 0; }/'
    } >"$1/lib/stub.c"
    (
        unset MAKEFLAGS MFLAGS MAKELEVEL || :
        make -s -C "$1" BUILD=build CC="$CC" WARNINGS= CFLAGS='-O1 -g' build/libsrnn.so
    )
}

# library_differences OLD-INCLUDE OLD-LIBRARY NEW-INCLUDE NEW-LIBRARY: those that abidiff finds; its
# report goes to $scratch/report. Types that the headers do not define are the library's own affair.
# A const or a typedef counts, which abidiff would call harmless.
library_differences() {
    status=0
    abidiff --harmless --no-show-locs --headers-dir1 "$1" --headers-dir2 "$3" "$2" "$4" \
        >"$scratch/report" 2>&1 || status=$?
    if [ $((status & 3)) -ne 0 ]; then
        cat "$scratch/report" >&2
        return 2
    fi
    sed -n "s/^ *SONAME changed from/changed soname: from/p
        s/^  \[D\] .*{\(srnn_[a-z0-9_]*\)@.*/removed \1/p
        s/^  \[A\] .*{\(srnn_[a-z0-9_]*\)@.*/added \1/p
        s/^  \[C\] 'function \(.*[ *]\(srnn_[a-z0-9_]*\)(.*)\)' has .*/changed \2: was \1/p" \
        "$scratch/report" >"$scratch/found"
    if [ "$status" -ne 0 ] && [ ! -s "$scratch/found" ]; then
        echo "abidiff reports what this script cannot read:" >&2
        cat "$scratch/report" >&2
        return 2
    fi
    cat "$scratch/found"
}

# judge DIFFERENCES ACCEPTED VERSION [part]: print each; status 1 when one breaks programs and is not
# accepted, or when anything is accepted from 1.0 on. So it is when what is accepted has not happened,
# unless these are only a `part` of the differences.
judge() {
    awk -v version="$3" -v part="${4-}" '
        FILENAME == ARGV[1] {
            if ($0 !~ /^#/ && NF) {
                name = $1
                why[name] = $0
                sub(/^[^ ]+ */, "", why[name])
                if (why[name] == "") { print "accepted.txt does not say why: " name; failed = 1 }
            }
            next
        }
        {
            name = $2
            sub(/:$/, "", name)
            if ($1 == "added") print
            else if (name in why) { print $0 "\n    accepted: " why[name]; used[name] = 1 }
            else { print $0 "\n    NOT ACCEPTED: programs that use it break"; failed = 1 }
        }
        END {
            for (name in why) {
                if (!(name in used) && part == "") { print "accepted.txt names " name ", which has not changed"; failed = 1 }
                if (version !~ /^0\./) { print "from 1.0 on nothing is accepted: " name; failed = 1 }
            }
            exit failed
        }' "$2" "$1"
}
