#!/bin/sh
# check_firmware.sh - the library on microcontrollers: the same bits as here, and at what cost
#
# For each core of the table below builds the parts that lib/README.md lists, at -Os and without a C
# library, and checks that each needs nothing but the four functions of memory and the compiler's
# own helpers, keeps no data, and has no frame above 512 bytes. Links an image for each part
# (image_stream.c, image_load.c, image_train.c), runs it on an emulated board, and compares what it
# prints with what the same image prints as a program on the host: fused arithmetic with the host's
# kernels chosen at run time, or the separate family. Prints what each part takes; fails when one
# takes more than it may. Gets the compilers and emulators that are missing.
#
# CORES (rows of the table, by name), OPTIMIZE (-Os), CC and BUILD can be set.

set -u
cd "$(dirname "$0")/../.." || exit 2

LC_ALL=C
export LC_ALL
here=tests/firmware
dir=${BUILD:-build}/firmware
optimize=${OPTIMIZE:--Os}
cc=${CC:-cc}
seconds=3600 # for an image that never ends

# What a part may take on Cortex-M4F: bytes of text, and hundredths of an instruction for each
# multiply-add of a step of 32 hidden units. No frame may be larger than the last.
most_stream=4096
most_train=16384
most_link=500
most_frame=512

# core, family, machine, where flash and RAM are and how long, compiler, flags
cores() {
    sed "s/ #.*//" <<'END'
m0 separate microbit 0x0 256K 0x20000000 16K arm-none-eabi -mcpu=cortex-m0 -mthumb
m3 fused lm3s6965evb 0x0 256K 0x20000000 64K arm-none-eabi -mcpu=cortex-m3 -mthumb
m4f fused netduinoplus2 0x08000000 1M 0x20000000 128K arm-none-eabi -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard
m7 fused mps2-an500 0x0 4M 0x20000000 4M arm-none-eabi -mcpu=cortex-m7 -mthumb -mfpu=fpv5-d16 -mfloat-abi=hard
m33 fused mps2-an505 0x10000000 4M 0x38000000 4M arm-none-eabi -mcpu=cortex-m33 -mthumb -mfpu=fpv5-sp-d16 -mfloat-abi=hard
rv32f fused virt 0x80000000 1M 0x80100000 1M riscv64-unknown-elf -march=rv32imafc -mabi=ilp32f
rv32 separate virt 0x80000000 1M 0x80100000 1M riscv64-unknown-elf -march=rv32imac -mabi=ilp32
END
}

# sources PART: the library's files that a part needs, from lib/README.md.
sources() {
    sh $here/parts.sh "$1"
}

strict='-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wstrict-prototypes
    -Wmissing-prototypes -Wwrite-strings -Wundef -Werror'
common="-std=c99 -pedantic-errors -ffp-contract=off $strict -Iinclude -Ilib -Itests/support -I$here"

# family_flags FAMILY
family_flags() {
    [ "$1" = fused ] || echo -DSRNN_NO_FMA
}

# ---------------------------------------------------------------------------
# The host: what the images must print, and the weights that go into flash
# ---------------------------------------------------------------------------

# host FAMILY
host() {
    base=$dir/host-$1
    rm -rf "$base"
    mkdir -p "$base/lib"
    # shellcheck disable=SC2046,SC2086
    for source in lib/*.c lib/*/*.c; do
        "$cc" $common -O2 $(family_flags "$1") -c "$source" \
            -o "$base/lib/$(basename "$source" .c).o" || return 1
    done
    shared="$here/image.c $here/order.c $here/board_host.c tests/support/hash.c"
    # Flags and sources are words.
    # shellcheck disable=SC2086
    "$cc" $common -O2 -o "$base/write_flash" $here/write_flash.c $shared "$base"/lib/*.o &&
        "$base/write_flash" >"$base/flash.c" || return 1
    for part in stream load train; do
        # shellcheck disable=SC2086
        "$cc" $common -O2 -o "$base/$part" $here/image_$part.c "$base/flash.c" $shared \
            "$base"/lib/*.o && "$base/$part" >"$base/$part.printed" || return 1
    done
}

# ---------------------------------------------------------------------------
# A core
# ---------------------------------------------------------------------------

# compile COMPILER OBJECT SOURCE FLAGS...
compile() {
    compiler=$1 object=$2 source=$3
    shift 3
    # shellcheck disable=SC2086
    "$compiler-gcc" $common -ffreestanding -Ilib/delivery/freestanding $optimize -ffunction-sections \
        -fdata-sections -fstack-usage "$@" -c "$source" -o "$object"
}

# build CORE FAMILY ... as in the table: every object, then the images.
build() {
    core=$1 family=$2 flash=$4 flash_length=$5 ram=$6 ram_length=$7 compiler=$8
    shift 8
    flags=$*
    base=$dir/$core
    rm -rf "$base"
    mkdir -p "$base/lib" "$base/image"
    for source in lib/*.c lib/*/*.c; do
        case $source in lib/heap.c | lib/kernels/avx*) continue ;; esac
        # shellcheck disable=SC2046
        compile "$compiler" "$base/lib/$(basename "$source" .c).o" "$source" "$@" \
            $(family_flags "$family") || return 1
    done
    board=arm
    [ "$compiler" = arm-none-eabi ] || board=riscv
    for source in $here/image.c "$here"/image_*.c $here/order.c $here/board_$board.c \
        "$dir/host-$family/flash.c" tests/support/hash.c lib/delivery/freestanding/string.c; do
        compile "$compiler" "$base/image/$(basename "$source" .c).o" "$source" "$@" \
            -fno-tree-loop-distribute-patterns || return 1
    done
    "$compiler-nm" -g --defined-only "$("$compiler-gcc" "$@" -print-libgcc-file-name)" 2>/dev/null |
        awk 'NF == 3 { print $3 }' | sort -u >"$base/helpers"
    for part in stream load train; do
        order=
        [ $part = train ] && order=$base/image/order.o
        # shellcheck disable=SC2046,SC2086
        "$compiler-gcc" "$@" -nostdlib -nostartfiles -T $here/image.ld \
            -Wl,--defsym=flash_origin="$flash" -Wl,--defsym=flash_length="$flash_length" \
            -Wl,--defsym=ram_origin="$ram" -Wl,--defsym=ram_length="$ram_length" \
            -Wl,--gc-sections -Wl,--no-warn-rwx-segments -Wl,-Map="$base/$part.map" \
            -o "$base/$part.elf" "$base/image/image_$part.o" $order "$base/image/image.o" \
            "$base/image/board_$board.o" "$base/image/string.o" "$base/image/flash.o" \
            "$base/image/hash.o" $(objects $(whole $part)) -lgcc || return 1
    done
}

# whole IMAGE: the parts that an image links. Training starts from scratch, and streams in the end.
whole() {
    [ "$1" = train ] && echo start stream || echo "$1"
}

# objects PART...: those of the parts in the core that is built.
objects() {
    for name in $(for one in "$@"; do sources "$one"; done | sort -u); do
        echo "$base/lib/$name.o"
    done
}

# alone PART COMPILER: print what the part's files need that they may not.
alone() {
    # Flags and files are words.
    # shellcheck disable=SC2046,SC2086
    if ! "$2-gcc" $flags -nostdlib -r -o "$base/$1.part" $(objects "$1"); then
        echo "part $1 does not link"
        return
    fi
    "$2-nm" -u "$base/$1.part" | awk '{ print $NF }' | grep -Evx 'memcpy|memmove|memset|memcmp' |
        sort -u | comm -23 - "$base/helpers" | sed "s/^/part $1 needs /"
}

# texts IMAGE: the bytes of text, without what no code reaches, that each object has in an image;
# lib/X.o is printed as X, the compiler's own helpers as libgcc.
texts() {
    awk '
        /^Linker script and memory map/ { on = 1 }
        !on { next }
        NF == 1 && /^ \.[a-z]/ { name = $1; next }
        /^ / && NF >= 3 {
            at = $1 ~ /^0x/ ? 1 : 2
            if (at == 2) name = $1
            object = $(at + 2)
            known = sub(/.*\/libgcc\.a\(.*/, "libgcc", object) || sub(/.*\/lib\//, "", object)
            sub(/\.o$/, "", object)
            if (known && name ~ /^\.(text|rodata|srodata)/)
                print substr($(at + 1), 3), object
            name = ""
        }' "$base/$1.map" | while read -r size object; do echo "$((0x$size)) $object"; done
}

# linked IMAGE OBJECT...: the sum of these in an image.
linked() {
    image_texts=$base/$1.texts
    texts "$1" >"$image_texts"
    shift
    awk -v wanted=" $* " 'index(wanted, " " $2 " ") { n += $1 } END { print n + 0 }' "$image_texts"
}

# files PART COMPILER: text, data and bss of the part's files, whole.
files() {
    # shellcheck disable=SC2046
    "$2-size" -t $(objects "$1") | awk 'END { print $1, $2, $3 }'
}

# run_image PART MACHINE: the image, whose lines go to standard output.
run_image() {
    case $2 in
    virt)
        timeout $seconds qemu-system-riscv32 -M virt -bios none -display none -monitor none \
            -serial stdio -icount shift=8 -kernel "$base/$1.elf"
        ;;
    *)
        timeout $seconds qemu-system-arm -M "$2" -display none -monitor none -serial none \
            -chardev stdio,id=lines -semihosting-config enable=on,target=native,chardev=lines \
            -icount shift=8 -kernel "$base/$1.elf"
        ;;
    esac </dev/null 2>"$base/$1.log"
}

# cost PART WHAT
cost() {
    sed -n "s/^cost $2 //p" "$base/$1.said"
}

# ratio PART COST LINKS: hundredths, rounded up.
ratio() {
    echo $((($(cost "$1" "$2") * 100 + $(cost "$1" "$3") - 1) / $(cost "$1" "$3")))
}

failed=0
passed=0
skipped=0

# wrong WHAT: a check of the row failed.
wrong() {
    echo "$core $part: $*" >&2
    verdict=WRONG
}

# print_row CELL...: a row of the table.
print_row() {
    printf '%-6s %-8s %-6s %6s %6s %6s %4s %4s %5s %5s %8s  %-18s %s\n' "$@"
}

# judge PART MACHINE COMPILER: run the part's image unless it has run, check everything, print the
# row.
judge() {
    part=$1
    image=$part
    [ "$part" = start ] && image=train
    verdict=same
    needs=$(alone "$part" "$3")
    [ -z "$needs" ] || wrong "$needs"
    # Three numbers are words.
    # shellcheck disable=SC2046
    set -- "$1" "$2" "$3" $(files "$part" "$3")
    text=$4 data=$5 bss=$6
    [ "$data$bss" = 00 ] || wrong "the library keeps $data bytes of data and $bss of bss"
    [ "$part" = start ] || run_image "$image" "$2" >"$base/$image.said"
    status=$?
    grep -v '^cost ' "$base/$image.said" >"$base/$image.printed"
    [ $status -eq 0 ] || wrong "status $status; see $base/$image.said"
    cmp -s "$base/$image.printed" "$dir/host-$family/$image.printed" || wrong "prints other bits than the host"
    hash=$(sed -n '1s/.* //p' "$base/$image.printed")
    links=-
    if [ "$part" = stream ] && [ $status -eq 0 ]; then
        links=$(ratio stream symbol-step symbol-links)
        other=$(ratio stream step links)
        if [ "${links:-0}" -eq 0 ] || [ "${other:-0}" -eq 0 ]; then
            wrong "does not tell what a step costs"
            links=0 other=0
        fi
        [ "$other" -lt "$links" ] || links=$other
        if [ "$core" = m4f ] && [ "$links" -gt $most_link ]; then
            wrong "a multiply-add takes $links hundredths of an instruction"
        fi
        links=$((links / 100)).$(printf %02d $((links % 100)))
    fi
    # The part's files are words.
    # shellcheck disable=SC2046
    linked=$(linked "$image" $(sources "$part"))
    helpers=$(linked "$image" libgcc)
    most=$((1 << 20))
    [ "$core$part" = m4fstream ] && most=$most_stream
    [ "$core$part" = m4ftrain ] && most=$most_train
    if [ "$linked" -eq 0 ] || [ "$linked" -gt "$most" ]; then
        wrong "takes $linked bytes of text"
    fi
    print_row "$core" "$family" "$part" "$text" "$linked" "$helpers" "$data" "$bss" \
        "$(cost "$image" stack)" "$(cost "$image" arena)" "$links" "$hash" "$verdict"
    if [ $verdict = same ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# rules COMPILER: the part that no image has must link alone too.
rules() {
    part=rules
    verdict=same
    needs=$(alone rules "$1")
    [ -z "$needs" ] || wrong "$needs"
    if [ $verdict = same ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# frames: the largest frame of the core's library must not be too large.
frames() {
    largest=$(cat "$base"/lib/*.su | awk -F '\t' '$2 > most { most = $2 } END { print most + 0 }')
    if [ "$largest" -eq 0 ] || [ "$largest" -gt $most_frame ] || grep -q 'dynamic$' "$base"/lib/*.su; then
        echo "$core: a frame of $largest bytes, of none, or of a size without bound" >&2
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
}

# ---------------------------------------------------------------------------
# All of them
# ---------------------------------------------------------------------------

mkdir -p "$dir" || exit 2
tests/install_tool.sh arm-none-eabi-gcc=gcc-arm-none-eabi qemu-system-arm \
    riscv64-unknown-elf-gcc=gcc-riscv64-unknown-elf qemu-system-riscv32=qemu-system-misc || true
for family in fused separate; do
    if ! host $family; then
        echo "the images do not run on the host, family $family" >&2
        exit 1
    fi
done

echo "flags: $optimize -std=c99 -ffreestanding -ffp-contract=off -ffunction-sections, and"
cores | sed 's/^\([^ ]*\) [^ ]* \([^ ]*\) \([^ ]* \)\{5\}/    \1 (\2): /'
print_row core family part text linked libgcc data bss stack arena 'per link' hash verdict
cores >"$dir/cores"
while read -r row; do
    # A row is words.
    # shellcheck disable=SC2086
    set -- $row
    core=$1 family=$2 machine=$3 compiler=$8
    case " ${CORES:-$core} " in *" $core "*) ;; *) continue ;; esac
    emulator=qemu-system-arm
    [ "$compiler" = arm-none-eabi ] || emulator=qemu-system-riscv32
    if ! command -v "$compiler-gcc" >/dev/null || ! command -v $emulator >/dev/null; then
        echo "$core: left out, its compiler or emulator could not be had"
        skipped=$((skipped + 6))
        continue
    fi
    if ! build "$@"; then
        echo "$core: does not build" >&2
        failed=$((failed + 6))
        continue
    fi
    for part in stream load train start; do
        judge $part "$machine" "$compiler"
    done
    rules "$compiler"
    frames
    echo "$core: largest frame $largest bytes"
done <"$dir/cores"
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
