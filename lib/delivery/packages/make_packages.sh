#!/bin/sh
# make_packages.sh - the library as packages for microcontrollers
#
#     make_packages.sh OUT
#
# Makes from the amalgamation, in OUT: an Arduino library, a PlatformIO library, a component of
# ESP-IDF, a module of Zephyr and a CMSIS pack. Each is a folder and an archive of it, which has the
# same bytes wherever it is made. All have the two examples of examples/microcontroller; the folders
# beside this script have what is a package's own. The model of the second example is trained here.
#
# `make packages` sets SRNN (the program), AMALGAMATION (the folder of srnn.c), CC, VERSION and
# HOMEPAGE.
set -eu

out=$1
here=lib/delivery/packages
examples=examples/microcontroller

# What a package says about the library.
sentence='Trains and runs simple recurrent networks on the device, with the gradient under control.'
paragraph='Networks learn on the board or come trained, in static memory, with the same bits as on a computer.'

# Archives have this time in all of their files: the earliest that a zip file can have.
time=198001010000
LC_ALL=C
TZ=UTC
export LC_ALL TZ
umask 022

# The files of an example's own, beside those of a board.
learn_order='learn_order.c learn_order.h'
watch_sensor='watch_sensor.c watch_sensor.h sensor.c sensor.h sensor_model.c sensor_model.h'

# files EXAMPLE: their names.
files() {
    case $1 in
    learn_order) echo "$learn_order" ;;
    watch_sensor) echo "$watch_sensor" ;;
    esac
}

# sources EXAMPLE FOLDER/: main.c and the example's sources, in a folder.
sources() {
    _list=${2}main.c
    for _file in $(files "$1"); do
        case $_file in *.c) _list="$_list $2$_file" ;; esac
    done
    echo "$_list"
}

# example EXAMPLE FOLDER: copies the files of an example to a new folder.
example() {
    mkdir -p "$2"
    for _file in $(files "$1"); do
        case $_file in
        sensor_model.c) cp "$out/sensor_model.c" "$2" ;;
        *) cp "$examples/$_file" "$2" ;;
        esac
    done
}

# fill TEMPLATE FILE [SED-COMMANDS...]: a file from a template.
fill() {
    _template=$1
    _file=$2
    shift 2
    sed "$@" -e "s|@VERSION@|$VERSION|" -e "s|@HOMEPAGE@|$HOMEPAGE|" -e "s|@SENTENCE@|$sentence|" \
        -e "s|@PARAGRAPH@|$paragraph|" "$_template" >"$_file"
    if grep -n '@[A-Z]*@' "$_file"; then
        echo "$_template: not filled" >&2
        exit 1
    fi
}

# begin PACKAGE SOURCES HEADERS: a folder with the library in two folders of it, and what all packages
# have.
begin() {
    package=$out/$1/srnn
    mkdir -p "$package/$2" "$package/$3"
    cp "$AMALGAMATION/srnn.c" "$package/$2"
    cp "$AMALGAMATION/srnn.h" "$package/$3"
    cp LICENSE CHANGELOG.md "$package"
    cat "$here/README.md.in" "$here/$1/README.md.in" >"$out/README.md.in"
    fill "$out/README.md.in" "$package/README.md"
    rm "$out/README.md.in"
}

# archive FOLDER NAME [WHAT]: the archive NAME in OUT, of WHAT is in a folder: all, or one entry.
archive() {
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -exec chmod 644 {} +
    find "$1" -exec touch -t $time {} +
    (cd "$1" && find "${3:-.}" -type f | sed 's|^\./||' | sort |
        zip -X -q -9 -@ "$out/$2")
}

# ---------------------------------------------------------------------------
# The model of the second example
# ---------------------------------------------------------------------------

# Prints sensor_model.c.
sensor_model() {
    # shellcheck disable=SC2086 # a command and its arguments
    $CC -std=c99 -o "$out/write_readings" $examples/write_readings.c $examples/sensor.c
    "$out/write_readings" 0 960 >"$out/readings.csv"
    "$SRNN" train series "$out/readings.csv" --first-column value --hidden 12 --drop 0 \
        --updates 3000 --quiet --save "$out/sensor.safetensors" >"$out/trained"
    SRNN=$SRNN $examples/write_model.sh "$out/sensor.safetensors"
    rm "$out/write_readings" "$out/readings.csv" "$out/trained"
}

# ---------------------------------------------------------------------------
# The packages
# ---------------------------------------------------------------------------

arduino() {
    begin arduino src src
    fill $here/arduino/library.properties.in "$package/library.properties"
    # Coloured by the IDE: types, functions, constants.
    {
        sed -n 's/^typedef struct \(srnn_[a-z]*\) .*/\1	KEYWORD1/p' "$package/src/srnn.h"
        sed -n 's/^[a-z].*[ *]\(srnn_[a-z0-9_]*\)(.*/\1	KEYWORD2/p' "$package/src/srnn.h"
        sed -n '/SRNN_API/d; s/^#define \(SRNN_[A-Z0-9_]*\) .*/\1	LITERAL1/p' "$package/src/srnn.h"
    } >"$package/keywords.txt"
    for name in learn_order watch_sensor; do
        example $name "$package/examples/$name"
        cp $examples/arduino/$name.ino "$package/examples/$name"
    done
    archive "$out/arduino" "libsrnn-$VERSION-arduino.zip" srnn
}

platformio() {
    begin platformio src src
    fill $here/platformio/library.json.in "$package/library.json"
    for name in learn_order watch_sensor; do
        example $name "$package/examples/$name/src"
        cp $here/platformio/platformio.ini "$package/examples/$name"
        sed "1s/$name.ino/main.cpp/" $examples/arduino/$name.ino >"$package/examples/$name/src/main.cpp"
    done
    archive "$package" "libsrnn-$VERSION-platformio.zip"
}

esp_idf() {
    begin esp-idf src include
    cp $here/esp-idf/CMakeLists.txt $here/esp-idf/Kconfig "$package"
    fill $here/esp-idf/idf_component.yml.in "$package/idf_component.yml"
    for name in learn_order watch_sensor; do
        folder=$package/examples/$name
        example $name "$folder/main"
        sed "1s/$name.c/main.c/" $examples/esp-idf/$name.c >"$folder/main/main.c"
        cp $here/esp-idf/main_component.yml "$folder/main/idf_component.yml"
        fill $here/esp-idf/project.cmake.in "$folder/CMakeLists.txt" -e "s|@EXAMPLE@|$name|"
        fill $here/esp-idf/main.cmake.in "$folder/main/CMakeLists.txt" \
            -e "s|@SOURCES@|$(sources $name '')|"
    done
    archive "$out/esp-idf" "libsrnn-$VERSION-esp-idf.zip" srnn
}

zephyr() {
    begin zephyr src include
    mkdir "$package/zephyr"
    cp $here/zephyr/module.yml $here/zephyr/CMakeLists.txt $here/zephyr/Kconfig "$package/zephyr"
    for name in learn_order watch_sensor; do
        folder=$package/samples/$name
        example $name "$folder/src"
        sed "1s/[a-z_]*main.c/main.c/" "$examples/${name%_*}_main.c" >"$folder/src/main.c"
        cp $here/zephyr/prj.conf "$folder"
        fill $here/zephyr/sample.cmake.in "$folder/CMakeLists.txt" -e "s|@EXAMPLE@|$name|" \
            -e "s|@SOURCES@|$(sources $name src/)|"
        fill $here/zephyr/sample.yaml.in "$folder/sample.yaml" -e "s|@EXAMPLE@|$name|" \
            -e "s|@LAST_LINE@|$(tail -n 1 $examples/$name.txt)|"
    done
    archive "$out/zephyr" "libsrnn-$VERSION-zephyr.zip" srnn
}

# The files of an example are templates, which a project copies.
templates() {
    for name in learn_order watch_sensor; do
        for file in main.c $(files $name); do
            kind=source
            case $file in *.h) kind=header ;; esac
            echo "        <file category=\"$kind\" attr=\"template\" select=\"$1 $name\"" \
                "name=\"examples/$name/$file\"/>"
        done
    done
}

cmsis() {
    begin cmsis src include
    templates 'Example' >"$out/templates"
    fill $here/cmsis/package.pdsc.in "$package/libsrnn.srnn.pdsc" \
        -e "/@TEMPLATES@/ {" -e "r $out/templates" -e d -e "}"
    rm "$out/templates"
    for name in learn_order watch_sensor; do
        example $name "$package/examples/$name"
        sed "1s/[a-z_]*main.c/main.c/" "$examples/${name%_*}_main.c" >"$package/examples/$name/main.c"
    done
    archive "$package" "libsrnn.srnn.$VERSION.pack"
}

rm -rf "$out"
mkdir -p "$out"
out=$(cd "$out" && pwd)
sensor_model >"$out/sensor_model.c"
arduino
platformio
esp_idf
zephyr
cmsis
