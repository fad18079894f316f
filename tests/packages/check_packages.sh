#!/bin/sh
# check_packages.sh - what `make packages` made, built and run as its systems would
#
# What each package says of itself is checked by manifests.py, and that it finds faults by damaged
# copies. Both examples are then built from each package: from Arduino's by arduino-builder, with the
# dialects and options of Arduino's cores; from the others by stand-ins for their systems, here on the
# computer. Cortex-M4F, Cortex-M0+ and RISC-V run them under QEMU, where no flag says anything of
# contraction. All must print the committed lines, which end with a hash of the network's bits, and
# the forecasts must be those of `srnn predict`. README.md says what is not checked.
set -eu
. tests/program/library.sh
. tests/consumer/checks.sh

get_tools arduino-builder arduino-ctags cmake python3 xmllint=libxml2-utils zip unzip \
    arm-none-eabi-g++=gcc-arm-none-eabi qemu-system-arm riscv64-unknown-elf-gcc=gcc-riscv64-unknown-elf \
    qemu-system-riscv32=qemu-system-misc xtensa-lx106-elf-g++=gcc-xtensa-lx106 \
    /usr/lib/picolibc/arm-none-eabi/picolibc.specs=picolibc-arm-none-eabi \
    /usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs=picolibc-riscv64-unknown-elf \
    /usr/lib/xtensa-lx106-elf/picolibc.specs=picolibc-xtensa-lx106-elf \
    /usr/lib/python3/dist-packages/kconfiglib.py=python3-kconfiglib \
    /usr/lib/python3/dist-packages/yaml/__init__.py=python3-yaml

here=$PWD/tests/packages
packages=$(cd "$BUILD/packages" && pwd)
expected=examples/microcontroller
# The system's, which has the system's modules.
python=$(PATH=$(getconf PATH) command -v python3)

# prints_lines EXAMPLE FILE: a run of an example on 32-bit or 64-bit processors; its first line is of
# memory.
prints_lines() {
    tail -n +2 "$2" | diff "$expected/$1.txt" -
}

# ---------------------------------------------------------------------------
# What packages say of themselves, and their archives
# ---------------------------------------------------------------------------

manifests() {
    "$python" "$here/manifests.py" "$1" "$version"
}

# finds WHAT FILE SED-COMMAND: with a file of the packages changed, a fault is found.
finds() {
    rm -rf "$scratch/damaged"
    cp -R "$packages" "$scratch/damaged"
    sed "$3" "$packages/$2" >"$scratch/damaged/$2"
    ! cmp -s "$packages/$2" "$scratch/damaged/$2" && ! manifests "$scratch/damaged" &&
        manifests "$scratch/damaged" | grep -F "$1"
}

again() {
    (
        umask 077
        TZ=Asia/Tokyo
        export TZ
        make -s BUILD="$BUILD" packages
    ) || return 1
    for archive in "$packages"/*.zip "$packages"/*.pack; do
        cmp "$archive" "$scratch/first-$(basename "$archive")" || return 1
    done
}

for archive in "$packages"/*.zip "$packages"/*.pack; do
    cp "$archive" "$scratch/first-$(basename "$archive")"
done
check "packages: made again, the same bytes" again
check "manifests" manifests "$packages"
check "pdsc: well-formed" xmllint --noout "$packages/cmsis/srnn/libsrnn.srnn.pdsc"
while IFS='|' read -r what file change; do
    check "manifests: '$change' is a fault" finds "$what" "$file" "$change"
done <<'END_OF_CHANGES'
library.properties: no url|arduino/srnn/library.properties|/^url=/d
library.properties: name|arduino/srnn/library.properties|s/^name=.*/name=Arduino RNN library/
library.properties: category|arduino/srnn/library.properties|s/^category=.*/category=Networks/
library.properties: version|arduino/srnn/library.properties|s/^version=.*/version=0.2/
keywords.txt|arduino/srnn/keywords.txt|s/	/ /
library.json: version|platformio/srnn/library.json|s/"version": "[^"]*"/"version": "1"/
library.json: files of learn_order|platformio/srnn/library.json|/learn_order.h/d; s/learn_order.c",/learn_order.c"/
idf_component.yml: version|esp-idf/srnn/idf_component.yml|/^version/d
module.yml: fields|zephyr/srnn/zephyr/module.yml|s/kconfig:/config:/
another last line|zephyr/srnn/samples/learn_order/sample.yaml|s/wrong 0/wrong 1/
is not there|cmsis/srnn/libsrnn.srnn.pdsc|s|src/srnn.c|srnn.c|
pdsc: no url|cmsis/srnn/libsrnn.srnn.pdsc|/<url>/d
pdsc: does not name|cmsis/srnn/libsrnn.srnn.pdsc|/sensor.h/d
END_OF_CHANGES

# ---------------------------------------------------------------------------
# Emulated boards
# ---------------------------------------------------------------------------

# arm MACHINE IMAGE
arm() {
    timeout 3600 qemu-system-arm -M "$1" -display none -monitor none -serial none \
        -chardev stdio,id=lines -semihosting-config enable=on,target=native,chardev=lines \
        -kernel "$2" </dev/null
}

# riscv IMAGE
riscv() {
    timeout 3600 qemu-system-riscv32 -M virt -bios none -display none -monitor none -serial none \
        -chardev stdio,id=lines -semihosting-config enable=on,target=native,chardev=lines \
        -kernel "$1" </dev/null
}

# ---------------------------------------------------------------------------
# Arduino: from the archive, as the IDE installs it
# ---------------------------------------------------------------------------

mkdir "$scratch/libraries" "$scratch/tools"
unzip -q "$packages/libsrnn-$version-arduino.zip" -d "$scratch/libraries"

# sketch BOARD EXAMPLE [PREFERENCES...]: builds $scratch/sketch/EXAMPLE.ino.elf
sketch() {
    _board=$1
    _example=$2
    shift 2
    rm -rf "$scratch/sketch"
    mkdir "$scratch/sketch"
    arduino-builder -compile -hardware "$here/arduino" -tools "$scratch/tools" \
        -libraries "$scratch/libraries" -fqbn "mock:mbed:$_board" -build-path "$scratch/sketch" \
        -warnings all "$@" "$scratch/libraries/srnn/examples/$_example/$_example.ino"
}

# run_sketch BOARD EXAMPLE: what the board prints
run_sketch() {
    _image=$scratch/sketch/$2.ino.elf
    case $1 in
    host) "$_image" ;;
    m4) arm mps2-an386 "$_image" ;;
    m0) arm mps2-an385 "$_image" ;;
    esac
}

# sketch_prints BOARD EXAMPLE
sketch_prints() {
    sketch "$@" && run_sketch "$@" >"$scratch/said" && prints_lines "$2" "$scratch/said"
}

for example in learn_order watch_sensor; do
    check "Arduino: $example on the computer" sketch_prints host $example
    check "Arduino: $example on Cortex-M4F" sketch_prints m4 $example
    check "Arduino: $example compiles for Xtensa" sketch esp8266 $example
done
check "Arduino: watch_sensor on Cortex-M0+" sketch_prints m0 watch_sensor

# Without a floating-point unit the other family is the fast one.
separate() {
    sketch "$1" learn_order -prefs compiler.c.extra_flags=-DSRNN_NO_FMA &&
        run_sketch "$1" learn_order >"$scratch/separate-$1"
}
check "Arduino: learn_order on the computer, separate" separate host
check "Arduino: learn_order on Cortex-M0+, separate" separate m0
separate_alike() {
    tail -n 1 "$scratch/separate-m0" | grep -F ' wrong 0 of 100 ' &&
        tail -n +2 "$scratch/separate-host" >"$scratch/wanted" &&
        tail -n +2 "$scratch/separate-m0" | diff "$scratch/wanted" -
}
check "Arduino: the same bits in the separate family" separate_alike

# The forecasts, until a reading does not fit, are those of the program.
forecasts() {
    "${CC:-cc}" -std=c99 -o "$scratch/write_readings" $expected/write_readings.c $expected/sensor.c &&
        "$scratch/write_readings" 960 1056 >"$scratch/readings" || return 1
    "$SRNN" predict "$packages/sensor.safetensors" "$scratch/readings" |
        awk -F , 'NR > 2 && $3 != "" { printf "%.1f\n", $4 / 10 }' | head -n 55 >"$scratch/predicted"
    sed -n 's/.* degrees  \([0-9.]*\) expected .*/\1/p' $expected/watch_sensor.txt | tail -n +2 |
        head -n 55 | diff "$scratch/predicted" - &&
        [ "$(wc -l <"$scratch/predicted")" -eq 55 ]
}
check "watch_sensor forecasts as srnn predict does" forecasts

# ---------------------------------------------------------------------------
# PlatformIO: the folder src of the library and of the example, with the flags of library.json
# ---------------------------------------------------------------------------

mkdir "$scratch/platformio"
unzip -q "$packages/libsrnn-$version-platformio.zip" -d "$scratch/platformio"
platformio() {
    _root=$scratch/platformio
    _flags=$("$python" -c 'import json, sys; print(json.load(sys.stdin)["build"]["flags"])' \
        <"$_root/library.json")
    rm -rf "$scratch/objects"
    mkdir "$scratch/objects"
    # Flags are words.
    # shellcheck disable=SC2086
    for source in "$_root"/src/*.c; do
        gcc -std=gnu11 -Os -Wall -Wextra -Werror -ffunction-sections $_flags -c "$source" \
            -o "$scratch/objects/$(basename "$source").o" || return 1
    done
    for source in "$_root/examples/$1"/src/*.c; do
        gcc -std=gnu11 -Os -Wall -Wextra -Werror -I"$_root/src" -c "$source" \
            -o "$scratch/objects/$(basename "$source").o" || return 1
    done
    core=$here/arduino/mock/mbed/cores/mock
    g++ -std=gnu++11 -Os -Wall -Wextra -Werror -I"$core" -I"$_root/src" -o "$scratch/firmware" \
        "$_root/examples/$1/src/main.cpp" "$core/main.cpp" "$scratch"/objects/*.o &&
        "$scratch/firmware" >"$scratch/said" && prints_lines "$1" "$scratch/said"
}
for example in learn_order watch_sensor; do
    check "PlatformIO: $example" platformio $example
done

# ---------------------------------------------------------------------------
# ESP-IDF and Zephyr: their CMake files, with stand-ins for the systems' functions
# ---------------------------------------------------------------------------

mkdir "$scratch/idf" "$scratch/module"
unzip -q "$packages/libsrnn-$version-esp-idf.zip" -d "$scratch/idf"
unzip -q "$packages/libsrnn-$version-zephyr.zip" -d "$scratch/module"
IDF_PATH=$here/esp-idf
ZEPHYR_BASE=$here/zephyr
export IDF_PATH ZEPHYR_BASE

# configured FOLDER OPTIONS...: what the project in a folder prints
configured() {
    rm -rf "$scratch/made"
    cmake -S "$@" -B "$scratch/made" -DPYTHON="$python" && cmake --build "$scratch/made" &&
        "$scratch/made/firmware" >"$scratch/said"
}
configured_prints() {
    configured "$2" && prints_lines "$1" "$scratch/said"
}
# With the option of the separate family: what Arduino's sketch prints there.
configured_separate() {
    configured "$@" && tail -n +2 "$scratch/said" | diff "$scratch/wanted" -
}
has_heap() {
    nm "$scratch"/made/module/*.a | grep -q ' T srnn_model_create'
}
has_no_heap() {
    ! has_heap
}
for example in learn_order watch_sensor; do
    check "ESP-IDF: $example" configured_prints $example "$scratch/idf/srnn/examples/$example"
    check "Zephyr: $example" configured_prints $example "$scratch/module/srnn/samples/$example"
done
# The options of a package's Kconfig file.
echo CONFIG_SRNN_ARITHMETIC_SEPARATE=y >"$scratch/separate.conf"
check "ESP-IDF: the separate family" configured_separate "$scratch/idf/srnn/examples/learn_order" \
    -DSDKCONFIG="$scratch/separate.conf"
check "Zephyr: the separate family" configured_separate "$scratch/module/srnn/samples/learn_order" \
    -DEXTRA_CONF_FILE="$scratch/separate.conf"
check "Zephyr: no heap unless it is asked for" has_no_heap
echo CONFIG_SRNN_HEAP=y >"$scratch/heap.conf"
check "Zephyr: a heap" configured "$scratch/module/srnn/samples/learn_order" \
    -DEXTRA_CONF_FILE="$scratch/heap.conf"
check "Zephyr: functions that allocate" has_heap
echo CONFIG_SRNN_HEAPS=y >"$scratch/wrong.conf"
refused "Zephyr: an option that there is not" SRNN_HEAPS configured \
    "$scratch/module/srnn/samples/learn_order" -DEXTRA_CONF_FILE="$scratch/wrong.conf"

# ---------------------------------------------------------------------------
# CMSIS: the files that the pack's description names, for Cortex-M and RISC-V
# ---------------------------------------------------------------------------

mkdir "$scratch/pack"
unzip -q "$packages/libsrnn.srnn.$version.pack" -d "$scratch/pack"

# named XPATH: the names of files in the description.
named() {
    xmllint --xpath "//file[$1]/@name" "$scratch/pack/libsrnn.srnn.pdsc" | sed 's/.*"\(.*\)"/\1/'
}

# pack_builds PREFIX EXAMPLE FLAGS...: $scratch/firmware
pack_builds() {
    _compiler=$1
    _example=$2
    shift 2
    # Names have no blanks.
    # shellcheck disable=SC2046
    (cd "$scratch/pack" &&
        "$_compiler-gcc" -std=gnu17 -Wall -Wextra -Werror -ffunction-sections "$@" \
            --specs=picolibc.specs --crt0=semihost --oslib=semihost -Wl,--gc-sections \
            -I$(named '@category="include"') -o "$scratch/firmware" \
            $(named '@category="source" and not(@attr)') \
            $(named "@category='source' and @select='Example $_example'"))
}

# pack_prints_arm EXAMPLE LEVEL
pack_prints_arm() {
    pack_builds arm-none-eabi "$1" "$2" -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard \
        -Wl,--defsym=__flash=0,--defsym=__flash_size=0x40000 \
        -Wl,--defsym=__ram=0x20000000,--defsym=__ram_size=0x5000,--defsym=__stack_size=0x800 &&
        arm mps2-an386 "$scratch/firmware" >"$scratch/said" && prints_lines "$1" "$scratch/said"
}
pack_prints_riscv() {
    pack_builds riscv64-unknown-elf "$1" -Os -march=rv32imafc -mabi=ilp32f \
        -Wl,--defsym=__flash=0x80000000,--defsym=__flash_size=0x40000 -Wl,--no-warn-rwx-segments \
        -Wl,--defsym=__ram=0x80100000,--defsym=__ram_size=0x5000,--defsym=__stack_size=0x800 &&
        riscv "$scratch/firmware" >"$scratch/said" && prints_lines "$1" "$scratch/said"
}
for example in learn_order watch_sensor; do
    check "CMSIS: $example on Cortex-M4F, in 20 KB of RAM" pack_prints_arm $example -Os
    check "$example on RISC-V with a floating-point unit" pack_prints_riscv $example
done
check "CMSIS: learn_order on Cortex-M4F, -O2" pack_prints_arm learn_order -O2

print_counts
