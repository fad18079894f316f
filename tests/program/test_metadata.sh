#!/bin/sh
# What a model was trained on stands in the metadata of its file, as texts that other programs can
# read: alphabet, labels, scale, and of a run the task and the settings. Texts that cannot be are
# refused, and those of other programs are read.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"
build_forge "$tree"

# The metadata of file $1 has the pair $2.
has_pair() {
    head -c 20000 "$1" | grep -aqF "$2" || fail "the metadata of $1 lack $2"
}

# series FILE LABEL LABEL: four sequences of two numbers, of which the labels alternate.
series() {
    printf '%s|1 -0.5;2 0.25\n%s|3 7;4.5 1e-30\n%s|1 2;2 3\n%s|3 4;4 5\n' "$2" "$3" "$2" "$3" >"$1"
}
options="--hidden 3 --batch 2 --hold-out 0.5 --epochs 1 --quiet --drop 0"

# Labels that are UTF-8 stand there as they are, but for percent signs and control characters.
series summer "$(printf '\303\251t\303\251 50%%')" "$(printf 'win\tter')"
# shellcheck disable=SC2086
succeed train series summer $options --save model --checkpoint run
has_pair model "$(printf '"user.labels":"\303\251t\303\251 50%%25\\u000awin%%09ter\\u000a"')"
has_pair model '"user.scaling":"'
succeed eval model series summer
[ "$(value_of sequences)" -eq 4 ] || fail_run "its labels are those of the file"

# A label that is not UTF-8: all bytes above 127 are escaped.
series latin "$(printf '\303\251t\303\251')" "$(printf '\351t\351')"
# shellcheck disable=SC2086
succeed train series latin $options --save latin.model
has_pair latin.model '"user.labels":"%C3%A9t%C3%A9\u000a%E9t%E9\u000a"'
succeed eval latin.model series latin
[ "$(value_of sequences)" -eq 4 ] || fail_run "its labels are those of the file"

# The scale has all bits: a model that learns on for no update is the same file.
for data in summer latin; do
    model=model
    [ $data = summer ] || model=latin.model
    # shellcheck disable=SC2086
    succeed train series $data --from $model --updates 0 --schedule constant --hold-out 0.5 --quiet \
        --save again
    same $model again "what a model of $data was trained on"
done

# So it has for the largest floats: nine digits round the deviation of the first number up, and all of the
# mean of the second are written, which is far from 0.
awk 'BEGIN { for (i = 0; i < 8; i++) print (i % 2 ? "-" : "") "3.4028234663852886e38,3.4028234663852886e38" }' >most
most="series most --valid most --first-column value --quiet"
# shellcheck disable=SC2086
{
    succeed train $most --hidden 3 --updates 1 --drop 0 --save most.model
    has_pair most.model '"user.scaling":"0 3.40282347e+38\u000a3.4028234663852886e+38 1\u000a"'
    succeed train $most --from most.model --updates 0 --schedule constant --save again
}
same most.model again "what a model of the largest floats was trained on"

# A run has its task and its settings too.
has_pair run '"user.task":"series"'
has_pair run '"user.settings":"hidden 3\u000aactivation tanh\u000a'

# Every byte has a place in an alphabet.
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\%03o", i }' >escapes
# shellcheck disable=SC2059
printf "$(cat escapes)" >once
cat once once once once >bytes
succeed train text bytes --hidden 3 --batch 2 --chunk 8 --epochs 1 --quiet --save bytes.model
has_pair bytes.model '"user.alphabet":"%00%01%02'
has_pair bytes.model '%1E%1F !\"#$%25&'"'"'()*+,-./0123456789:;<=>?@ABC'
has_pair bytes.model 'xyz{|}~%7F%80%81'
has_pair bytes.model '%FE%FF"'
succeed inspect bytes.model
[ "$(value_of alphabet | wc -w)" -eq 256 ] || fail_run "256 bytes were expected"
succeed eval bytes.model text bytes
[ "$(value_of unknown)" -eq 0 ] || fail_run "no byte is unknown"

# Texts of other programs: without an end of the last line, digits in lower case.
forge model labels "cat
do%67%c3%a9"
succeed inspect forged
[ "$(value_of label | tr '\n' ,)" = "$(printf 'cat,dog\303\251,')" ] || fail_run "two labels were expected"
forge model scaling "1 2
-3.5e0 +4e-2"
succeed inspect forged
[ "$(value_of scaling | tr '\n' ,)" = "1 2,-3.5 0.0399999991," ] || fail_run "the scale"

# A terminal shows what stands in a file and never obeys it: control characters of both sets, those
# that turn the direction of the text, and what is not UTF-8 are question marks, a byte each.
# masked TEXT SHOWN: a label of the model, as inspect prints it.
masked() {
    forge model labels "cat
$1"
    succeed inspect forged
    [ "$(value_of label | sed 1d)" = "$(printf "$2")" ] || fail_run "the label $1"
}
masked 'Z%c3%bcrich %e2%82%ac %f0%9f%8e%b9' 'Z\303\274rich \342\202\254 \360\237\216\271'
masked 'a%1b[31mb%07%7f' 'a?[31mb??'
masked 'a%c2%9b31mb%c2%a0' 'a??31mb\302\240'
masked 'a%e2%80%aeb%e2%81%a6c%e2%80%a8' 'a???b???c???'
masked 'a%d8%9c %e2%80%8e%e2%80%8f %e2%80%8d' 'a?? ?????? \342\200\215'
masked 'a%c0%af %ed%a0%80 %f5%80%80%80 %e2%82 %ff' 'a?? ??? ???? ?? ?'
# obeys_nothing: neither stream of the last run has an escape character.
obeys_nothing() {
    cat out err >both
    grep -q "$(printf '\033')" both && fail_run "an escape character reached the terminal"
    :
}
forge run task "$(printf 'series\033[2J\tgone')"
refuse 1 "the run's task is " train series summer --resume forged --quiet
obeys_nothing
succeed inspect forged
obeys_nothing
printf 'cat\033[2J|1 2;3\n' >wild
run train series wild --quiet
obeys_nothing

# What cannot be. The message tells whether a text cannot be read, or says what no such model has.
damaged="the encoding of its data is damaged"
misfit="the encoding does not fit the model"
# refuse_text PART MESSAGE TEXT: the model is refused with another text.
refuse_text() {
    forge model "$1" "$3"
    refuse 1 "forged: $2" inspect forged
}
long=0123456789012345678901234567890123456789012345678901234567890123
for labels in '' "cat
$long" 'cat
%4' 'cat
%zz'; do
    refuse_text labels "$damaged" "$labels"
done
for labels in cat 'cat
dog
cow' 'cat

' 'cat
%00'; do
    refuse_text labels "$misfit" "$labels"
done
awk 'BEGIN { for (i = 0; i < 1001; i++) print i }' >many
refuse_text labels "$damaged" "$(cat many)"
for scaling in '' '1 2
3' '1 2
3 1e39' '1 2
3 3.40282357e38' '1 2
nan 1' '1 2
3 4 5' '1 2
3  4' '1 2
3 0x4' '1 2,3 4'; do
    refuse_text scaling "$damaged" "$scaling"
done
for scaling in '1 2' '1 2
3 0' '1 2
3 -1' '1 2
3 4
5 6' '1 1e-60
1 1'; do
    refuse_text scaling "$misfit" "$scaling"
done

for steps in 0 25 x '' '4 ' 18446744073709551616; do
    refuse_text quarter-steps "$damaged" "$steps"
done
refuse_text alphabet "$damaged" ''
refuse_text alphabet "$damaged" "$(cat escapes)"

# An encoding that another program has added: each symbol has an input and an output, each label an
# output, and both need probabilities.
# fits MODEL PART TEXT, and misfits likewise.
fits() {
    forge "$1" "$2" "$3"
    succeed inspect forged
}
misfits() {
    forge "$1" "$2" "$3"
    refuse 1 "forged: $misfit" inspect forged
}
small="--length 10 --hidden 2 --updates 0 --schedule constant --evaluate-sequences 1 --quiet --save"
# shellcheck disable=SC2086
{
    succeed train temporal-order $small order.model # 6 inputs, probabilities of 4
    succeed train addition $small sum.model # 2 inputs, one number
}
fits model alphabet ab
[ "$(value_of alphabet)" = "61 62" ] || fail_run "the alphabet a, b"
misfits model alphabet abc
misfits model alphabet ba
misfits order.model alphabet abcdef
misfits order.model alphabet abcd
fits order.model labels "a
b
c
d"
misfits sum.model labels one
misfits sum.model alphabet ab
fits sum.model scaling "1 2
3 4"
# What such a model says it was trained on does not make it one of such data.
echo '1 2' >numbers
refuse 1 "forged: the model was trained on addition, which has no files" predict forged numbers
forge sum.model task music
refuse 1 "forged: the model was trained on music, which has no files" predict forged numbers

echo "metadata: as they should be"
