#!/bin/sh
# What hostile files may take (SECURITY.md): memory in proportion to their bytes, and no time that
# grows with the square. The limit is of a processor's time, and nearly a hundred times what is needed.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"

# many COUNT TEXT: the text so many times; \n in it is the end of a line. In pieces of 1, 2, 4 ... times,
# as busybox takes a minute to print millions of them.
many() {
    awk -v count="$1" -v text="$2" 'BEGIN {
        ORS = ""
        for (; count > 0; count = int(count / 2)) {
            if (count % 2) print text
            text = text text
        }
    }'
}

# within KB COMMAND...: the function, where the program may have so many addresses and seconds of a
# processor.
seconds=10
if is_sanitized || is_emulated; then seconds=100; fi
within() {
    (
        # shellcheck disable=SC3045 # where a shell has them
        if addresses_can_be_limited; then ulimit -v "$1"; fi
        # shellcheck disable=SC3045
        ulimit -t $seconds 2>/dev/null || :
        shift
        "$@"
    ) || exit 1
}

# ---------------------------------------------------------------------------
# Headers of stored models, a megabyte each. No more is allocated than the file.

# refuse_hostile ARGUMENTS...: the file is refused for what it is, not for want of memory.
refuse_hostile() {
    refuse 1 hostile "$@"
    if grep -qi memory err; then fail_run "it was to take less memory"; fi
}

# refuse_header BYTES: a file with the header `head` and so many bytes of data is refused.
refuse_header() {
    awk -v bytes="$(wc -c <./head)" 'BEGIN { for (i = 0; i < 8; i++) {
        printf "\\%03o", bytes % 256
        bytes = int(bytes / 256) } }' >escapes
    {
        # shellcheck disable=SC2059
        printf "$(cat escapes)"
        cat head
        many $(($1 / 8)) 01234567
    } >hostile
    within 40000 refuse_hostile inspect hostile
    within 40000 refuse_hostile convert hostile --to srnn --output none
}

# shellcheck disable=SC1003 # a backslash
for repeated in ' ' '{' '[' '"' '\\' '{"a":' ',' '"a":[],'; do
    for begin in '{' '{"a":' '{"__metadata__":{' '{"'; do
        {
            printf %s "$begin"
            many $((1000000 / ${#repeated})) "$repeated"
        } >./head
        refuse_header 0
    done
done
# Tensors over the same megabyte: the checksums of all of them would take minutes.
for name in w_in srnn.a.moments other; do
    over="\"$name\":{\"dtype\":\"F32\",\"shape\":[262144],\"data_offsets\":[0,1048576]}"
    {
        printf %s "{$over"
        many 14000 ",$over"
        printf '}'
    } >./head
    refuse_header 1048576
done

# To find a part takes a look at the whole header: a hundred are listed.
build_forge "$tree"
succeed train temporal-order --length 12 --hidden 3 --updates 1 --evaluate-sequences 10 --quiet \
    --checkpoint run
succeed inspect run
for parts in 100 101 1000; do
    ./forge_part run forged $((parts - $(grep -c '^part ' out))) || fail "no file of $parts parts"
    succeed inspect forged
    [ "$(grep '^part ' out | grep -vc '^part \.\.\. and more$')" -eq 100 ] || fail_run "100 parts of $parts"
    [ "$(grep -c '^part \.\.\. and more$' out)" -eq $((parts > 100)) ] || fail_run "whether there are more"
    succeed inspect run
done

# ---------------------------------------------------------------------------
# Series of three million bytes: 32 bytes for each are 96 MB, and the program itself takes 10.

# reads CODE TEXT FILE ARGUMENTS...: training on a series ends with this code, and its message has
# the text.
reads() {
    _code=$1
    _text=$2
    shift 2
    run train series "$@" --hidden 1 --updates 1 --quiet
    [ "$status" -eq "$_code" ] || fail_run "exit code $_code was expected"
    [ -z "$_text" ] || says "$_text"
}

within_series() {
    within 110000 reads "$@"
    rm -f "$3"
}

{ printf 1 && many 3000000 , && echo; } >wide.csv
within_series 1 "has a single step" wide.csv
many 3000000 , >commas.csv
within_series 1 "has a single step" commas.csv --first-column value
many 1500000 ', ' >blanks.csv
within_series 1 "has a single step" blanks.csv --first-column value
many 3000000 '\n' >lines.csv
within_series 1 "has no line with data" lines.csv
many 1000000 '1\n\n' >single.csv
within_series 1 "has a single step" single.csv
many 1500000 '1\n' >steps.csv
within_series 0 "" steps.csv
many 3000000 1 >digits.csv
within_series 1 "digits.csv:1:1: not a finite number" digits.csv
many 3000000 '"' >quotes.csv
within_series 1 "quotes.csv:1:2: not a number" quotes.csv
many 500000 'a|1;2\n' >labels
within_series 0 "" labels
{ printf 'a|1' && many 3000000 ';'; } >semicolons
within_series 1 "of 1 sequences leaves 0" semicolons

# Of the labels in the head of an archive, each case names the last.
{
    printf '@problemName x\n@classLabel true'
    awk 'BEGIN { for (i = 0; i < 70000; i++) printf " l%d", i }'
    printf " it's\n@data\n"
    many 130000 "1:it's\n"
} >labels.ts
within_series 0 "" labels.ts
{
    printf '@relation x\n@attribute a numeric\n@attribute class {'
    awk 'BEGIN { for (i = 0; i < 70000; i++) printf "l%d,", i }'
    printf "'it''s'}\n@data\n"
    many 130000 "1,'it''s'\n"
} >labels.arff
within_series 0 "" labels.arff
{ printf '@dimensions 16777216\n@classLabel false\n@data\n' && many 1500000 1:; } >dimensions.ts
within_series 1 "a case has 16777216 parts between colons" dimensions.ts

# npy SHAPE BYTES: a file of this shape and so many bytes.
npy() {
    _header="{'descr': '<f4', 'fortran_order': False, 'shape': $1, }"
    # shellcheck disable=SC2059
    printf "\\223NUMPY\\001\\000\\$(printf %o ${#_header})\\000"
    printf %s "$_header"
    many $(($2 / 4)) '   ?' # 0.5
}
npy '(400000000, 400000000, 400000000)' 64 >huge.npy
within_series 1 "the header's shape is not that of the bytes behind it" huge.npy
npy '(18446744073709551615, 1, 1)' 64 >huge.npy
within_series 1 "the shape is not that of one, two or three dimensions" huge.npy
npy '(1, 750000)' 3000000 >wide.npy
within_series 1 "has a single step" wide.npy

# ---------------------------------------------------------------------------
# A step of music is 352 bytes: of text a semicolon makes one, 300,000 take 106 MB.
{ printf 60 && many 300000 ';'; } >roll
within 130000 succeed train music roll --hidden 1 --updates 1 --quiet

# A table of a figure: as many cells as it has bytes, and not the columns of its first line for each
# of the others. With --by twelve lines have room for all rows.
{ many 1500000 , && many 750000 '\n1'; } >wide.csv
within 110000 refuse 1 "wide.csv:2: fewer than the 1500001 cells" figure curves wide.csv
many 3000000 '\n' >lines.csv
within 110000 refuse 1 "lines.csv: no numbers" figure curves lines.csv
many 300000 '1\n' >rows.csv
within 80000 succeed figure curves rows.csv --x 1 --y 1 --by 1 --output rows.svg

# A line for which there is no memory is no end of the lines that predict answers.
refuse_line() {
    run predict line.model <long
    [ "$status" -eq 1 ] || fail_run "exit code 1 was expected"
    says "srnn: standard input: "
}
awk 'BEGIN { while (i++ < 300) print i % 7 }' >saw
succeed train series saw --hidden 2 --updates 1 --quiet --save line.model
{ echo 1 && many 100000000 1; } >long
if addresses_can_be_limited; then within 60000 refuse_line; fi
rm long

# A text stays as it is.
many 375000 "some of it\n" >text
within 40000 succeed train text text --hidden 1 --updates 1 --quiet

echo "limits: as they should be"
