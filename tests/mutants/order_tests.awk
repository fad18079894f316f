# order_tests.awk - the tests of a mutant: a number by which they are sorted, the seconds of processor
# time that a test may take, and its name
#
#     awk -f tests/mutants/order_tests.awk -v file=lib/files/parts.c concerned.txt seconds | sort -n
#
# `seconds` has the lines SECONDS FOLDER/TEST. First come tests with the last word of the file's name
# in theirs, then those with another word of it, then those that concern the file, then the others;
# among them the quickest. What takes longer than a fifth of a second only runs if it concerns the
# file: its row of concerned.txt has the test, or the test's folder.

BEGIN {
    stem = file
    gsub(/.*\/|\.[ch]$/, "", stem)
    words = split(stem, word, "_")
}

NR == FNR {
    if (index(file, $1) == 1) tests = $0 " "
    next
}

{
    folder = $2
    sub(/\/.*/, "/", folder)
    concerns = index(tests, " " folder " ") || index(tests, " " $2 " ")
    if ($1 > 0.2 && !concerns) next
    place = concerns ? 200 : 300
    for (i = 1; i < words; i++) if (index($2, word[i])) place = 100
    if (index($2, word[words])) place = 0
    print place + $1, int(10 * $1) + 2, $2
}
