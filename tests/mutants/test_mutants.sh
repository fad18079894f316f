#!/bin/sh
# The mutants of a small source are the ones that this test lists: no comment, string, directive,
# declaration or table of names has any. The same seed chooses the same, and each is one that is
# listed.
set -eu
. tests/program/library.sh

cat >"$scratch/sample.c" <<'END'
/* a < b, and 1 + 2 */
#define LIMIT 4 < 5 /* a comment
   of two lines: 6 < 7 */
#define LONG \
    a == b
enum { FIRST = 1, SECOND = 2 };
static const char *const names[2] = {"a < b", "1"};
static const int numbers[2] = {[0] = 7, 0x1f};
struct pair { int a[3]; };
typedef char is_small[sizeof(int) < 8 ? 1 : -1];

static int check(const int *row, int n) // n > 0
{
    int sum[8] = {0}, *end;
    const char *text = "1 && 2"; /* && */
    union { int bits; float value; } both = {1};

    SRNN__ASSERT(n > 0);
    for (int i = 1; i < n; i++) {
        sum[0] += row[i];
    }
    if (n == 3 && !names[0]) {
        return SRNN_E_RANGE;
    }
    if (use(row, text) == SRNN_E_STATE) {
        note(text);
    }
    switch (n) {
    case 5:
        n--;
        break;
    default:
        *end = n > 9 ? n : 9;
    }
    while (n > sum[1]) {
        n = n
            - 10;
    }
    return SRNN_OK;
}
END
cat >"$scratch/wanted" <<'END'
8 number (7 + 1)
8 number (0x1f + 1)
14 number 1
16 number 2
19 number 2
19 operator <=
20 drop ;
20 number 1
20 assignment -=
20 assignment =
22 condition (!(n == 3 && !names[0]))
22 operator !=
22 number (3 + 1)
22 operator ||
22 condition
22 number 1
23 status SRNN_OK
25 arguments text, row
25 operator !=
26 drop ;
30 drop ;
30 step ++
31 drop ;
33 drop ;
33 number (9 + 1)
33 number (9 + 1)
35 condition (!(n > sum[1]))
35 operator >=
35 number 2
36 drop ;
37 operator +
37 number (10 + 1)
END

awk -f tests/mutants/find_mutants.awk "$scratch/sample.c" >"$scratch/list"
awk -F '\t' '{
    place = $2 == 8 ? "numbers" : "check"
    if (!sub(" in " place "$", "", $5)) print $2 ": not in " place
    print $2, $5 ($8 == "" ? "" : " " $8)
}' "$scratch/list" >"$scratch/found"
diff "$scratch/wanted" "$scratch/found" || fail "the mutants are not those that were wanted"

# Each replaces what it says: the lines before and after differ by it alone.
awk -F '\t' -v source="$scratch/sample.c" '
    BEGIN { while ((getline line < source) > 0) text = text line "\n" }
    {
        old = substr(text, $3, $4)
        gsub(/[ \n]+/, " ", old)
        for (at = 1; at <= length($6); at++)
            if (substr($6, at, length(old)) == old &&
                substr($6, 1, at - 1) $8 substr($6, at + length(old)) == $7) next
        print "line " $2 ": " $6 " does not become " $7
        failed = 1
    }
    END { exit failed }' "$scratch/list" || fail "a mutant is not what it says"

choose() {
    awk -f examples/paper/arithmetic.awk -f tests/mutants/choose_mutants.awk -v wanted="$1" \
        -v seed="$2" "$scratch/list"
}
choose 10 1 >"$scratch/first"
[ "$(wc -l <"$scratch/first")" -eq 10 ] || fail "not ten mutants are chosen"
[ -z "$(sort "$scratch/first" | uniq -d)" ] || fail "a mutant is chosen twice"
! grep -qvxFf "$scratch/list" "$scratch/first" || fail "a mutant is chosen that is not listed"
choose 10 1 | cmp -s - "$scratch/first" || fail "the same seed chooses others"
! choose 10 2 | cmp -s - "$scratch/first" || fail "another seed chooses the same"
choose 1000 3 | sort >"$scratch/all"
sort "$scratch/list" | cmp -s - "$scratch/all" || fail "not all mutants are chosen where more are wanted"

# Every source of the library has tests that concern it, and the lines of explained.txt are some
# of its mutants.
# shellcheck disable=SC2046
awk -f tests/mutants/find_mutants.awk $(find lib -name '*.[ch]' ! -path 'lib/delivery/*') \
    >"$scratch/library"
awk '
    FILENAME ~ /concerned/ { top[$1] = 1; next }
    { file = $1; sub(/\/[^\/]*$/, "", file); if (!(file in top) && !($1 in top)) { print $1; exit 1 } }' \
    tests/mutants/concerned.txt "$scratch/library" || fail "no test concerns it"
awk -F '\t' '
    FILENAME ~ /library$/ {
        sub(/.* in /, "", $5)
        is_mutant[$1 " " $5, $6, $7] = 1
        next
    }
    /^lib\// { place = $0 }
    /^- / { before = substr($0, 3) }
    /^\+ / && !((place, before, substr($0, 3)) in is_mutant) { print place ": " $0; failed = 1 }
    END { exit failed }' "$scratch/library" tests/mutants/explained.txt ||
    fail "explained.txt lists what is no mutant now"
echo "$(wc -l <"$scratch/found") mutants of a sample, $(wc -l <"$scratch/library") of the library"
