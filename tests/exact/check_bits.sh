#!/bin/sh
# check_bits.sh - every build on every processor trains to the same bits
#
#     tests/exact/check_bits.sh [--update]
#
# Builds the library and train_hash.c by several compilers at -O0 to -O3 and -Os, with the kernels
# chosen at run time; at -O2 and -O3 also without that choice, and for a processor with AVX2 or
# AVX-512 from the start. Builds for i386 too, and for other processors, big-endian ones among them,
# which are emulated. With PLAN=part gcc 11 and clang 19 only have -O3 and -Os, gcc 12 and clang 14
# the further ways only at -O3 and in the fused family. Emulated processors then have -O3 and 3
# threads: emulation keeps the host's order of memory, so that other numbers would find nothing.
#
# Each program runs on every instruction set that it finds: by 1, 2, 3 and 8 threads on the one that
# new models use, by 1 and 3 on the others. Every hash is compared with that in training.hash. Tries
# the computed multiply-add in chains too (fused_chains.c), and that builds whose arithmetic could
# not be exact are refused. Prints a table and fails on any difference.
#
# Gets the compilers and emulators that are missing. What cannot be had is left out and counted.
# --update writes training.hash anew when all builds agree: only after a change of the arithmetic
# itself, which needs a line in the CHANGELOG.
#
# PLAN (part or whole), COMPILERS, LEVELS (those of the native builds), EMULATED_LEVELS, ARITHMETIC
# (fused or separate), JOBS and BUILD can be set.

set -u
cd "$(dirname "$0")/../.." || exit 2

compilers=${COMPILERS:-gcc-11 gcc-12 clang-14 clang-19}
levels=${LEVELS:--O0 -O1 -O2 -O3}
plan=${PLAN:-whole}
case $plan in
whole) emulated_levels="-O2 -O3" ;;
part) emulated_levels=-O3 ;;
*)
    echo "PLAN is part or whole, not $plan" >&2
    exit 2
    ;;
esac
emulated_levels=${EMULATED_LEVELS:-$emulated_levels}
arithmetic=${ARITHMETIC:-fused}
jobs=${JOBS:-2}
dir=${BUILD:-build}/bits
committed=tests/exact/training.hash
sources="lib/*.c lib/*/*.c tests/exact/train_hash.c tests/support/hash.c tests/support/parallel.c"

common="-std=c99 -ffp-contract=off -Iinclude -Ilib -Itests/support"
[ "$arithmetic" = separate ] && common="$common -DSRNN_NO_FMA"

# Whether the processor has all of these features, as the kernel names them.
processor_has() {
    for feature in "$@"; do
        grep -qw "$feature" /proc/cpuinfo 2>/dev/null || return 1
    done
}

# The rows of the table: target, compiler, level, way. The targets but `native` and `nehalem`, the
# native build on an emulated processor without AVX, are architectures by Debian's names.
plan() {
    for compiler in $compilers; do
        native=$levels
        case $plan-$compiler in
        part-gcc-11 | part-clang-19) native=-O3 ;;
        esac
        for level in $native; do
            ways=dispatch
            case $plan-$arithmetic-$compiler-$level in
            part-*-gcc-11-* | part-*-clang-19-*) ;;
            whole-*-O[23] | part-fused-*-O3) ways="dispatch baseline avx2 avx512" ;;
            esac
            for way in $ways; do
                echo native "$compiler" "$level" "$way"
            done
        done
        # The compact kernels, beside others and alone.
        echo native "$compiler" -Os dispatch
        echo native "$compiler" -Os baseline
    done
    echo s390x s390x-linux-gnu-gcc -Os dispatch
    echo native tcc - dispatch
    for level in $emulated_levels; do
        echo nehalem gcc-12 $level dispatch
        echo i386 gcc-12 $level sse2
        echo arm64 aarch64-linux-gnu-gcc $level dispatch
        echo armhf arm-linux-gnueabihf-gcc $level dispatch
        echo riscv64 riscv64-linux-gnu-gcc $level dispatch
        echo s390x s390x-linux-gnu-gcc $level dispatch
        echo ppc64 powerpc64-linux-gnu-gcc $level dispatch
    done
    echo i386 gcc-12 -O2 refused
    echo s390x s390x-linux-gnu-gcc -O2 refused
    echo native gcc-12 -O2 refused
}

# What the plan needs, as install_tool.sh wants it. Not gcc-multilib for i386: it would remove the
# cross compilers.
tools() {
    for compiler in $compilers; do
        echo "$compiler"
    done
    echo gcc-12 tcc qemu-x86_64=qemu-user
    echo /usr/lib32/crt1.o=libc6-dev-i386
    echo /usr/lib/gcc/x86_64-linux-gnu/12/32/libgcc.a=lib32gcc-12-dev
    while read -r triplet architecture; do
        echo "$triplet-gcc=gcc-$triplet /usr/$triplet/lib/crt1.o=libc6-dev-$architecture-cross"
    done <<END
aarch64-linux-gnu arm64
arm-linux-gnueabihf armhf
riscv64-linux-gnu riscv64
s390x-linux-gnu s390x
powerpc64-linux-gnu ppc64
END
}

# flags_of TARGET WAY
flags_of() {
    case $1-$2 in
    s390x-dispatch) echo "-fexcess-precision=fast" ;;
    *-dispatch | i386-refused) ;;
    *-baseline) echo "-DSRNN_NO_DISPATCH" ;;
    *-avx2) echo "-DSRNN_NO_DISPATCH -mavx2 -mfma" ;;
    *-avx512) echo "-DSRNN_NO_DISPATCH -march=x86-64-v4" ;;
    *-sse2) echo "-msse2 -mfpmath=sse" ;;
    s390x-refused) echo "-fexcess-precision=standard" ;;
    native-refused) echo "-ffast-math" ;;
    esac
    case $1 in
    native | nehalem) ;;
    i386) echo "-m32" ;;
    *) echo "-static" ;;
    esac
}

# under TARGET PROGRAM [ARGUMENT]: run it, emulated where it is not the machine's own.
under() {
    _target=$1
    shift
    case $_target in
    native) "$@" ;;
    i386) "$@" || if [ $? -eq 126 ]; then qemu-i386 "$@"; else false; fi ;; # the kernel may refuse it
    nehalem) qemu-x86_64 -cpu Nehalem "$@" ;;
    arm64) qemu-aarch64 "$@" ;;
    armhf) qemu-arm "$@" ;;
    *) "qemu-$_target" "$@" ;;
    esac
}

# threads_of TARGET: the argument for train_hash; without one it runs by all numbers of threads.
threads_of() {
    case $plan-$1 in
    part-native | whole-*) ;;
    part-*) echo 3 ;;
    esac
}

# here TARGET COMPILER WAY BASE: whether an empty program can be built so and run.
here() {
    case $3 in
    avx2) processor_has avx2 fma || return 1 ;;
    avx512) processor_has avx2 fma avx512f avx512bw avx512cd avx512dq avx512vl || return 1 ;;
    esac
    # Flags are words.
    # shellcheck disable=SC2046
    echo 'int main(void) { return 0; }' >"$4-empty.c" &&
        "$2" $(flags_of "$1" "$3") -o "$4-empty" "$4-empty.c" && under "$1" "$4-empty"
}

# one TARGET COMPILER LEVEL WAY BASE: build and run; prints what comes of it, the lines of
# train_hash or one in words. BASE.log is where its errors go.
one() {
    base=$5
    level=$3
    [ "$level" = - ] && level=
    if ! here "$1" "$2" "$4" "$base"; then
        echo "not here: left out"
        return
    fi
    # shellcheck disable=SC2046,SC2086
    if ! "$2" $common $level $(flags_of "$1" "$4") -o "$base" $sources -pthread; then
        if [ "$4" = refused ] && grep -q '#error.*libsrnn' "$base.log"; then
            echo "refused, as it must be"
        else
            echo "does not build"
        fi
    elif [ "$4" = refused ]; then
        echo "builds, which it must not"
    elif ! under "$1" "$base" $(threads_of "$1") >"$base.lines"; then
        echo "does not run"
    elif ! "$2" $common -Ilib $level $(flags_of "$1" "$4") -o "$base-chains" \
        tests/exact/fused_chains.c -lm >&2 || ! under "$1" "$base-chains" >&2; then
        echo "computed multiply-adds differ"
    else
        cat "$base.lines"
    fi
}

# A row of the plan alone, for xargs below.
if [ "${1:-}" = --row ]; then
    base=$dir/$2-$3$4-$5
    one "$2" "$3" "$4" "$5" "$base" >"$base.hash" 2>"$base.log" </dev/null
    exit 0
fi

rm -rf "$dir"
mkdir -p "$dir" || exit 2
# What could not be had shows in the table.
# shellcheck disable=SC2046
tests/install_tool.sh $(tools) || true

# The emulated rows first: they take longest, and nothing should wait for one at the end.
plan | awk '$1 != "native" { print; next } { row[++rows] = $0 } END { for (i = 1; i <= rows; i++) print row[i] }' |
    BUILD=${BUILD:-build} xargs -P "$jobs" -n 4 "$0" --row

expected=$(grep "^$arithmetic " "$committed" 2>/dev/null)
if [ "${1:-}" = --update ]; then
    expected=$(sed -n "s/^\($arithmetic 0x[0-9a-f]*\) .*/\1/p" "$dir"/native-*.hash | head -n 1)
fi

# The table. A row is good when all its lines have the expected hash, and, in emulation of a
# processor without AVX, the baseline kernels were chosen and no others ran.
plan | while read -r target compiler level way; do
    awk -v target="$target" -v compiler="$compiler" -v level="$level" -v way="$way" \
        -v expected="$expected" '
        function once(list, word) {
            return index("," list ",", "," word ",") ? list : list (list == "" ? "" : ",") word
        }
        $2 ~ /^0x/ {
            hashes = once(hashes, $2)
            sets = once(sets, $3)
            threads = once(threads, $4)
            if ($1 " " $2 != expected) bad = 1
            runs++
            next
        }
        { hashes = $0 }
        END {
            verdict = runs > 0 && !bad ? "same" : "DIFFERS"
            if (target == "nehalem" && runs > 0 && sets != "baseline*") verdict = "DIFFERS"
            if (hashes == "refused, as it must be") verdict = "refused"
            if (hashes == "not here: left out") verdict = "left-out"
            printf "%-8s %-25s %-5s %-9s %-23s %-8s %-24s %s %d\n", target, compiler, level, way,
                sets == "" ? "-" : sets, threads == "" ? "-" : threads, hashes, verdict, runs
        }' "$dir/$target-$compiler$level-$way.hash"
done >"$dir/table"

printf '%-8s %-25s %-5s %-9s %-23s %-8s %-24s %s\n' target compiler level way \
    'sets (* chosen)' threads hash verdict
sed 's/ [0-9]*$//' "$dir/table"
awk -v expected="$expected" -v arithmetic="$arithmetic" -v rows="$(plan | wc -l)" '
    { runs += $NF; count[$(NF - 1)]++ }
    END {
        printf "%s: %d builds, %d runs, one hash %s; %d differ; %d refused; %d left out\n",
            arithmetic, count["same"], runs, substr(expected, length(arithmetic) + 2),
            count["DIFFERS"], count["refused"], count["left-out"]
        if (NR != rows) print NR " of " rows " rows have run"
        exit NR != rows || count["same"] == 0 ? 2 : count["DIFFERS"] > 0
    }' "$dir/table"
status=$?
if [ "$status" -ne 0 ]; then
    echo "expected ${expected:-a line for $arithmetic in $committed}; see $dir/*.log" >&2
    exit "$status"
fi
if [ "${1:-}" = --update ]; then
    { grep -v "^$arithmetic " "$committed" 2>/dev/null; echo "$expected"; } | sort >"$dir/new"
    cp "$dir/new" "$committed"
    echo "written to $committed"
fi
