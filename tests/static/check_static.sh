#!/bin/sh
# check_static.sh - what gcc's analyzer, clang-tidy and cppcheck find in lib and src
#
#     [PLAN=part] tests/static/check_static.sh [gcc|clang-tidy|cppcheck]...
#
# Each finding must be in accepted.txt, with the reason why it is no fault, and each line of that must be
# found, at as many places of the file as it says. The tools have the versions of Debian 12, since others have
# other findings. First, each must report what is wrong in planted.c and in the header that it includes. One
# line for each tool, and the counts at the end.
#
# With PLAN=part clang-tidy only looks at the files that read hostile bytes, and at what they are built on: a third
# of its time. gcc leaves out lib/kernels: it takes minutes for the templates, in which every loop has a constant
# length, and all that it says there is that such a loop might not run.
set -u
cd "$(dirname "$0")/../.." || exit 2

LC_ALL=C
export LC_ALL
folder=tests/static
out=${BUILD:-build}/static
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
plan=${PLAN:-all}

# What a file is compiled with.
flags_of() {
    case $1 in
    lib/*) echo "-std=c99 -Iinclude -Ilib" ;;
    src/*) echo "-std=c99 -D_POSIX_C_SOURCE=200809L -Iinclude -Isrc" ;;
    *) echo "-std=c99" ;;
    esac
}

# files TOOL: what it looks at; ranks_mpi.c needs the headers of MPI.
files() {
    case $1-$plan in
    gcc-*) ls lib/*.c lib/*/*.c src/*.c src/*/*.c | grep -v '^lib/kernels/' ;;
    clang-tidy-part) ls lib/base/*.c lib/files/*.c src/storage/*.c src/support/file*.c ;;
    *) ls lib/*.c lib/*/*.c src/*.c src/*/*.c ;;
    esac | grep -v '^src/support/ranks_mpi\.c$'
}

# cppcheck does not read the system's headers: these are from float.h and stdint.h.
limits="-DFLT_RADIX=2 -DFLT_MANT_DIG=24 -DFLT_MAX_EXP=128 -DDBL_MANT_DIG=53 -DDBL_MAX_EXP=1024
    -DFLT_EVAL_METHOD=0 -DSIZE_MAX=18446744073709551615UL"

# look TOOL FILE: what the tool says of a file.
look() {
    # Flags are words.
    # shellcheck disable=SC2046,SC2086
    case $1 in
    gcc) gcc-12 $(flags_of "$2") -O1 -fanalyzer -c "$2" -o /dev/null ;;
    clang-tidy)
        clang-tidy-14 --quiet --config-file=$folder/clang-tidy.yaml --header-filter='.*' "$2" -- $(flags_of "$2")
        ;;
    cppcheck)
        cppcheck --quiet --std=c99 --enable=warning,performance,portability --max-configs=1 \
            -D__GNUC__=12 -D__x86_64__ $limits $(flags_of "$2" | sed 's/-std=c99//') \
            --template='{file}:{line}:{column}: warning: {message} [{id}]' "$2"
        ;;
    esac 2>&1
}

# The findings in what look printed: "TOOL FILE ID xPLACES". Its own paths are without the folder.
findings() {
    sed -n "s|^$PWD/||; s/^\([^ :]*\):\([0-9]*:[0-9]*\): [a-z]*: .* \[\([^] ]*\)\]\$/\2 $1 \1 \3/p" "$2" |
        sed 's/,-warnings-as-errors$//' | sort -u | cut -d ' ' -f 2- | sort | uniq -c |
        sed 's/^ *\([0-9]*\) \(.*\)/\2 x\1/'
}

if [ "${1-}" = --one ]; then
    said=$out/$2/$(echo "$3" | tr / _)
    look "$2" "$3" >"$said" || echo "$3: error: $2 ends with status $?" >>"$said"
    exit 0
fi

# missed TOOL: which of the faults in planted.c and planted.h it does not report.
missed() {
    look "$1" $folder/planted.c >"$out/$1/planted"
    findings "$1" "$out/$1/planted" | sed 's/ x[0-9]*$//' >"$out/planted-$1"
    for file in $folder/planted.c $folder/planted.h; do
        sed -n "s|^ \* ||; s|^\($1\) \([^ ]*\)\$|\1 $file \2|p" "$file"
    done | sort -u | comm -23 - "$out/planted-$1"
}

# demanded TOOL: the accepted findings that it must report: those in files that it looked at, and in headers if
# it looked at all files.
demanded() {
    awk -v plan="$1-$plan" '
        NR == FNR { looked[$1]; next }
        $2 in looked || ($2 ~ /[.]h$/ && plan != "clang-tidy-part")
    ' "$out/files-$1" "$out/accepted-$1"
}

tests/install_tool.sh gcc-12 clang-tidy-14 cppcheck || exit 1
passed=0
failed=0
for tool in ${*:-gcc clang-tidy cppcheck}; do
    rm -rf "${out:?}/$tool"
    mkdir -p "$out/$tool" || exit 2
    missed "$tool" >"$out/missed-$tool"
    files "$tool" >"$out/files-$tool"
    xargs -P "$jobs" -n 1 $folder/check_static.sh --one "$tool" <"$out/files-$tool"
    cat "$out/$tool"/[!p]* >"$out/said-$tool"
    findings "$tool" "$out/said-$tool" >"$out/found-$tool"
    awk -v tool="$tool" '$1 == tool { print $1, $2, $3, $4 ~ /^x[0-9]+$/ ? $4 : "x1" }' \
        $folder/accepted.txt | sort -u >"$out/accepted-$tool"
    comm -23 "$out/found-$tool" "$out/accepted-$tool" >"$out/new-$tool"
    demanded "$tool" | comm -13 "$out/found-$tool" - >"$out/gone-$tool"
    if [ -s "$out/missed-$tool" ] || [ -s "$out/new-$tool" ] || [ -s "$out/gone-$tool" ] ||
        grep -q 'error: ' "$out/said-$tool"; then # also `fatal error: ` of a compiler that is killed
        failed=$((failed + 1))
        echo "FAILED  $tool"
        sed 's/^/    not reported: /' "$out/missed-$tool"
        sed 's/^/    new: /' "$out/new-$tool"
        sed 's/^/    no longer found, but accepted: /' "$out/gone-$tool"
        grep -E 'error: |: warning: ' "$out/said-$tool" | sort -u | head -n 40 | sed 's/^/    /'
    else
        passed=$((passed + 1))
        echo "ok      $tool: $(grep -c . "$out/files-$tool") files, $(grep -c . "$out/found-$tool") findings, all accepted"
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
