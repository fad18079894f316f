#!/bin/sh
# srnn.3, which is made from srnn.h: every function, callback and constant stands in it, as the
# header has it and with what the header says of it; the tools for manual pages find no fault; and
# `man srnn_forward` finds its way.
set -eu
. tests/program/library.sh

page=$BUILD/srnn.3
[ -s "$page" ] || fail "$page was not made"

# All words of the header in their order, without marks of comments and rules: each is in the page.
# The escapes of the page are undone, its instructions go.
words() {
    tr -s ' \t/*' '\n\n\n\n' | sed '/^-*$/d'
}
sed -n '/^ \* libsrnn trains/,$p' include/srnn.h | sed '/^#ifndef SRNN_H/,/^#include <stdint/d
    /^#ifdef __cplusplus/,/^#endif/d; /^#endif/d; /^SRNN_API$/d' | tr -d '`' | words >"$scratch/header"
sed '1,/^\.Sh DESCRIPTION/d; /^\.Sh SEE ALSO/,$d; s/^\.Ss //; /^\./d' "$page" |
    sed 's/\\f[IR]//g; s/\\&//g; s/\\-/-/g; s/\\(aq/'"'"'/g; s/\\(ha/^/g; s/\\(ti/~/g; s/\\e/\\/g' |
    words >"$scratch/page"
[ "$(wc -l <"$scratch/page")" -gt 4000 ] || fail "the page is short"
LC_ALL=C sort "$scratch/header" >"$scratch/header.sorted"
LC_ALL=C sort "$scratch/page" >"$scratch/page.sorted"
diff "$scratch/header.sorted" "$scratch/page.sorted" >"$scratch/difference" ||
    fail "the header (<) and the page (>) have other words: $(head -n 20 "$scratch/difference")"

# Declarations stand together and whole.
for name in $(tests/layers/declared.sh); do
    grep -q "^[a-z].*[ *]$name(" "$page" || fail "the page has no $name"
done

# The links.
root=$scratch/root
mkdir -p "$root/man3"
cp "$page" "$root/man3/"
echo '.so man3/srnn.3' >"$root/man3/srnn_forward.3"
if command -v man >/dev/null && man --version >/dev/null 2>&1; then
    MANPATH=$root man -P cat srnn_forward >"$scratch/shown" 2>"$scratch/err" ||
        fail "man srnn_forward: $(cat "$scratch/err")"
    # A container's man may be a script that prints how to get the real one.
    grep -q -e 'int32_t srnn_forward(' -e 'minimized' "$scratch/shown" ||
        fail "man srnn_forward shows something else"
fi
if command -v mandoc >/dev/null; then
    # That srnn(1) is not installed is no fault of the page.
    mandoc -T lint "$page" 2>&1 | grep -v 'referenced manual not found: Xr srnn 1$' \
        >"$scratch/faults" || :
    [ ! -s "$scratch/faults" ] || fail "$(cat "$scratch/faults")"
    mandoc -T ascii "$page" | sed 's/.\x08//g' | grep -q '^     int32_t srnn_forward(' ||
        fail "mandoc does not show srnn_forward"
else
    echo "without mandoc"
fi
if command -v groff >/dev/null; then
    groff -mdoc -Tascii -ww "$page" >"$scratch/shown" 2>"$scratch/faults" || fail "groff fails"
    [ ! -s "$scratch/faults" ] || fail "groff: $(cat "$scratch/faults")"
fi

echo "srnn.3: $(wc -l <"$scratch/page") words, those of srnn.h"
