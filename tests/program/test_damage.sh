#!/bin/sh
# Files that cannot be read, are damaged, or hold a model of another shape: one
# clear line and exit code 1 from every command that reads one, and no crash.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"

options="--length 12 --hidden 8 --updates 1 --evaluate-sequences 10 --quiet"
# shellcheck disable=SC2086
succeed train temporal-order $options --save model
awk 'BEGIN { for (i = 0; i < 400; i++) print "the same again", i % 7 }' >text
succeed train text text --hidden 8 --batch 4 --updates 1 --quiet --save letters
succeed train text text --hidden 8 --batch 4 --updates 1 --quiet --checkpoint stopped

# Every command that reads a model, given the file $1: each refuses it with a line
# that names the file and has the text $2 in it.
all_refuse() {
    for _command in "inspect $1" "eval $1 temporal-order --sequences 10" "eval $1 text text" \
        "predict $1 --ids" "sample $1" "train temporal-order --resume $1 --updates 2 --quiet"; do
        # shellcheck disable=SC2086
        refuse 1 "$1" $_command
        says "$2"
    done
}

# What is not a file that can be read.
all_refuse none "No such file"
all_refuse none/model "No such file"
mkdir folder
all_refuse folder "directory"
all_refuse model/model "ot a directory"
# This one opens, even for root, and then fails when it is read.
[ ! -e /proc/self/mem ] || all_refuse /proc/self/mem "rror"
if [ "$(id -u)" -ne 0 ]; then
    cp model locked
    chmod 000 locked
    all_refuse locked "ermission"
fi
# This one has no end, and is refused before memory is exhausted.
if [ -c /dev/zero ] && addresses_can_be_limited; then
    (
        # shellcheck disable=SC3045 # where a shell has it
        ulimit -v 300000
        refuse 1 "/dev/zero: a device" inspect /dev/zero
        refuse 1 "/dev/zero: a device" train text /dev/zero --quiet
    ) || exit 1
fi

# What is no model.
: >empty
all_refuse empty "model"
echo "just some text, and not a model at all" >other
all_refuse other "model"
head -c 5000 "$SRNN" >program
all_refuse program "model"
# Random bytes, the same each time; and the beginning of a safetensors file with
# a header of absurd length.
awk -v seed=7 "$arithmetic"'BEGIN { for (i = 0; i < 3000; i++) printf "%c", 1 + int(draw() * 127) }' >random
all_refuse random "model"
printf '\377\377\377\377\377\377\377\177{"a":1}' >absurd
all_refuse absurd "model"
printf '\002\000\000\000\000\000\000\000{}' >bare
all_refuse bare "model"

# Models that were cut off, at places in the header and in the rest, and one with something after its end.
for whole in model letters stopped; do
    bytes=$(wc -c <$whole)
    for length in 1 7 8 9 50 $((bytes / 4)) $((bytes / 2)) $((bytes - 64)) $((bytes - 1)); do
        head -c "$length" $whole >part
        refuse 1 "part: cannot load the model (the file ends too early)" inspect part
    done
    all_refuse part "part: cannot load the model (the file ends too early)"
    { cat $whole && echo; } >longer
    all_refuse longer "longer: cannot load the model (not a file of this format)"
    head -c $((bytes / 2)) $whole >half
    all_refuse half "half: cannot load the model (the file ends too early)"
done
# A damaged file is the library's own if its header has the key of the format, maybe with white space behind
# it, and not such a value. A sound one may have no model.
# written METADATA: `written`, a file with this alone.
written() {
    printf '{"__metadata__":{%s}}' "$1" >header
    begin_safetensors >written
}
written '"srnn.checksum":"50bba194","srnn.format" : "2"'
all_refuse written "written: a file of srnn without a model"
echo >>written
all_refuse written "written: cannot load the model (not a file of this format)"
written '"of":"srnn.format"'
all_refuse written "written: a safetensors file, but no model of srnn; srnn convert"

# Models with a byte inverted: in the length of the header, in the header,
# in the weights, in the alphabet.
for whole in model letters stopped; do
    bytes=$(wc -c <$whole)
    for place in 0 1 2 5 7 8 9 20 60 100 150 200 300 $((bytes / 3)) $((bytes / 2)) \
        $((bytes * 2 / 3)) $((bytes - 200)) $((bytes - 33)) $((bytes - 9)) $((bytes - 1)); do
        flip $whole flipped "$place"
        run inspect flipped
        one_line 1
        [ "$status" -lt 128 ] || fail_run "byte $place of $whole inverted: a crash"
    done
    flip $whole flipped $((bytes - 50))
    all_refuse flipped "model"
done

# The file that was read is as it was, and no other was made.
cp model kept
refuse 1 "part" train temporal-order --resume part --save model --updates 2 --quiet
refuse 1 "none" train text none --save model --checkpoint new --log log --updates 2 --quiet
same model kept "a run that could not begin"
[ ! -e new ] || fail "a checkpoint of a run that could not begin"
[ ! -e log ] || fail "a log of a run that could not begin"

# Files whose checksum is right, with what no run or model can have.
build_forge "$tree"
# forged OFFSET BYTES WHAT: resuming refuses a checkpoint with these bytes among its numbers, for
# that reason. The fingerprint has the first eight.
forged() {
    forge run run "$1" "$2"
    refuse 1 "$3" train temporal-order --resume forged --updates 4 --quiet
}
# shellcheck disable=SC2086
run train temporal-order $options --keep best --evaluate-every 1 --checkpoint run
nan=000000000000f87f
most=ffffffffffffffff
for counter in "0 $most" "8 $nan" "8 00000000000014c0" "16 $nan" "16 00000000000014c0" "24 000000000000f0ff" \
    "32 $nan" "32 000000000000f0ff" "40 $most" "48 $most" "56 $most" "64 $most" "72 $most" \
    "80 $most" "128 $most" "8 000000000000f07f" "16 0000000000000040"; do
    forged $((8 + ${counter% *})) "${counter#* }" counters
done
# The fingerprint of a file, which this task does not have.
forged 0 01 "other data than temporal-order"
# A task whose name would clear the screen, and settings that are none, or none of a checkpoint's.
forge run task "$(printf '\033[2J')"
refuse 1 "task is unknown" train temporal-order --resume forged --updates 4 --quiet
succeed inspect forged
[ "$(value_of task)" = "?[2J" ] || fail_run "the name of the task"
for settings in "hidden" "hidden 8" "hidden no
" "unheard-of 3
" "
" "save stolen
" "log stolen
" "checkpoint stolen
" "from model
" "valid text
" "threads 256
" "hidden 0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000008
"; do
    forge run settings "$settings"
    refuse 1 "settings that this program does not know" train temporal-order --resume forged \
        --updates 4 --quiet
    [ ! -e stolen ] || fail_run "a checkpoint names no file"
done
# The forger's own work is sound.
forge run run 24 000000000000e03f
succeed train temporal-order --resume forged --updates 4 --quiet

# Texts of a model that cannot be, or are of another model.
for alphabet in '' '%6' '%6x' '%'; do
    forge letters alphabet "$alphabet"
    refuse 1 "forged: the encoding of its data is damaged" sample forged
done
for alphabet in 'ab' 'ba'; do
    forge letters alphabet "$alphabet"
    refuse 1 "forged: the encoding does not fit the model" sample forged
done

# A model of another shape: one line with the shape it has and the shape that the
# task needs.
shapes() {
    _text=$1
    shift
    for _shape in $_text; do
        refuse 1 "$(echo "$_shape" | tr _ ' ')" "$@"
    done
}
shapes "model 6_inputs 4_softmax temporal-order-3bit 8_softmax" \
    eval model temporal-order-3bit --sequences 10
shapes "model 6_inputs 4_softmax addition 2_and 1_linear" eval model addition --sequences 10
shapes "model 6_inputs 4_softmax permutation 100_and 100_softmax" \
    eval model permutation --sequences 10
shapes "model 6_inputs memorization 5_and 4_softmax" eval model memorization --values 3
# What a model was trained on is said when something else is fed to it, whatever the shapes.
printf '21;22;23\n24;25;26\n' >notes
printf 'a|1;2\nb|2;3\na|1;3\nb|4;4\n' >sorts
once="--hidden 3 --epochs 1 --batch 1 --hold-out 0.5 --quiet --save"
# shellcheck disable=SC2086
succeed train music notes $once music.model
# shellcheck disable=SC2086
succeed train series sorts $once series.model
trained="text=letters music=music.model series=series.model temporal-order=model"
for is in $trained; do
    for asked in text=text music=notes series=sorts temporal-order=; do
        [ "${is%%=*}" != "${asked%%=*}" ] || continue
        # shellcheck disable=SC2086
        refuse 1 "${is#*=}: the model was trained on ${is%%=*}, not on ${asked%%=*}" \
            eval "${is#*=}" "${asked%%=*}" ${asked#*=}
        # shellcheck disable=SC2086
        refuse 1 "${is#*=}: the model was trained on ${is%%=*}, not on ${asked%%=*}" \
            train "${asked%%=*}" ${asked#*=} --from "${is#*=}" --quiet
    done
done
refuse 1 "letters: the model was trained on text, not on addition" flow letters addition
refuse 1 model sample model
says "alphabet"
# A text with bytes that are not in the alphabet of the model: they are counted and left out.
{ cat text && printf 'ZZ'; } >wider
succeed eval letters text text
grep -v unknown "$scratch/out" >known
succeed eval letters text wider
[ "$(value_of unknown)" -eq 2 ] || fail_run "two bytes are not the model's"
grep -v unknown "$scratch/out" >left
same known left "a text without what the model does not know"
printf 'ZZZZ' >unknown
refuse 1 unknown eval letters text unknown

# Texts that will not do.
refuse 1 none train text none --quiet
refuse 1 folder train text folder --quiet
refuse 1 empty train text empty --quiet
refuse 1 none eval letters text none
refuse 1 empty eval letters text empty
printf 'abc' >tiny
refuse 1 tiny train text tiny --quiet

echo "damage: all of it was refused"
