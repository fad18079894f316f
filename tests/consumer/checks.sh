# checks.sh - what the checks of users' projects share; sourced after tests/program/library.sh
#
# A check begins with get_tools, and ends with print_counts.

# Flags of the make that runs a check are not for its builds.
unset MAKEFLAGS MFLAGS MAKELEVEL CFLAGS CXXFLAGS CPPFLAGS LDFLAGS || :
version=$("$SRNN" --version | sed -n 's/^srnn //p')
series=$(series_of "$version")
passed=0
failed=0
skipped=0
log=$scratch/log
top=$PWD
# Arguments that compile tests/exact/train_hash.c, but for the library and -pthread.
train_hash="-std=c99 -D_POSIX_C_SOURCE=200809L -Iinclude -Itests/support tests/exact/train_hash.c
    tests/support/hash.c tests/support/parallel.c"

# get_tools WANTED...: what install_tool.sh takes; the check ends if anything cannot be had.
get_tools() {
    tests/install_tool.sh "$@" || cannot_run
}
cannot_run() {
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

# skip_all WHY: end the check, which cannot run on this machine or in this tree.
skip_all() {
    echo "skip: $*"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}

# The counts, the last line of a check. Status 0 when all passed.
print_counts() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}

# check WHAT COMMAND...: the command succeeds. In a function that is checked, set -e has no effect.
check() {
    what=$1
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        sed 's/^/    /' "$log" | tail -n 30
    fi
}

# refused WHAT TEXT COMMAND...: the command fails, and prints TEXT.
refused() {
    what=$1
    text=$2
    shift 2
    if "$@" >"$log" 2>&1 || ! tr -s ' \n' '  ' <"$log" | grep -qF -- "$text"; then
        failed=$((failed + 1))
        echo "FAILED: $what should say: $text"
        sed 's/^/    /' "$log" | tail -n 30
    else
        passed=$((passed + 1))
    fi
}

# prints PROGRAM: what every consumer prints, which the first one decides.
prints() {
    "$1" >"$scratch/said" || return 1
    [ -e "$scratch/first" ] || cp "$scratch/said" "$scratch/first"
    diff "$scratch/first" "$scratch/said"
}

# write_headers FOLDER: string.h and stdlib.h, with as much as the library needs of C, for a compiler that
# has neither here.
write_headers() {
    mkdir -p "$1"
    cp lib/delivery/freestanding/string.h "$1"
    cat >"$1/stdlib.h" <<END
#include <stddef.h>
void *malloc(size_t size);
void free(void *memory);
END
}

# copy FOLDER: a checkout of the files as they are now, in one commit that is always the same.
copy() {
    git clone -q --no-hardlinks "$top" "$1" && cd "$1" &&
        git rm -q -r --cached . && find . -mindepth 1 -maxdepth 1 ! -name .git -exec rm -rf {} + &&
        (cd "$top" && git ls-files -z --cached --others --exclude-standard |
            tar -c --null --ignore-failed-read -T - 2>/dev/null) | tar -x &&
        git add -A &&
        GIT_AUTHOR_DATE='2026-01-02T03:04:05Z' GIT_COMMITTER_DATE='2026-01-02T03:04:05Z' \
            git -c user.name=tester -c user.email=tester@example.org commit -q --allow-empty \
            -m release
}
