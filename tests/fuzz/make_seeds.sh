#!/bin/sh
# make_seeds.sh FOLDER: makes what the fuzzers begin with, a folder for each target, from what the
# program writes and from the command lines of its manual. BUILD has the program.
set -eu
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
seeds=$1
srnn=$BUILD/srnn
rm -rf "$seeds"
for target in tests/fuzz/target_*.c; do
    target=${target#tests/fuzz/target_}
    mkdir -p "$seeds/${target%.c}"
done
data=$seeds/data
mkdir -p "$data"

# ---------------------------------------------------------------------------
# Files of data
# ---------------------------------------------------------------------------

printf 'to be or not to be, that is the question;\nwhether tis nobler in the mind\n' >"$data/text"
printf '60 64 67;60 64 67;;62\n48;50;52\n72 76;\n' >"$data/music"
awk 'BEGIN { print "time,a,b"; for (i = 0; i < 12; i++) print i ",\"" i * i ".5\"," 3 - i }' >"$data/series"
printf 'yes|0.1 2.5;0.3 2.4\nno|1 3;2 4\nyes|? 1;0.5 1\n' >"$data/labelled"
printf '@problemName x\n@timeStamps false\n@classLabel true a b\n@data\n1,2,3:4,5,6:a\n2,?,1:0,0,1:b\n' >"$data/ts"
printf '@relation r\n@attribute x numeric\n@attribute y real\n@attribute c {a,b}\n@data\n1,2,a\n3,4,b\n' >"$data/arff"
printf '\357\273\2772026-11-28 20:45\t18.5\n2026-11-28T20:46\t18.25\n' >"$data/tsv"
printf '\223NUMPY\001\000\166\000{%s}%58s\n' "'descr': '<f8', 'fortran_order': False, 'shape': (2, 1), " '' >"$data/npy"
printf '\000\000\000\000\000\000\360\077\000\000\000\000\000\000\000\100' >>"$data/npy"

# ---------------------------------------------------------------------------
# Files of models and runs
# ---------------------------------------------------------------------------

# train NAME TASK [FILE]: the model and the checkpoint of a short run.
train() {
    name=$1
    shift
    "$srnn" train "$@" --hidden 2 --batch 2 --updates 2 --quiet --save "$seeds/model/$name" \
        --checkpoint "$seeds/checkpoint/$name" >/dev/null
}
train order temporal-order --length 10 --evaluate-sequences 1 --optimizer adam
train addition addition --length 10 --evaluate-sequences 1 --omega 1 --keep best --clip unit:0.1
train memory memorization --length 10 --values 2 --positions 2 --evaluate-sequences 1 \
    --clip norm:trust:0.5
train text text "$data/text" --chunk 4 --hold-out 0
train music music "$data/music" --hold-out 0 --chunk 2
train series series "$data/series" --hold-out 0 --chunk 4
train labelled series "$data/labelled" --hold-out 0 --optimizer sgd
for run in tests/program/old/*.checkpoint; do
    cp "$run" "$seeds/checkpoint/old_$(basename "$run" .checkpoint)"
done
cp "$seeds"/model/* "$seeds/stored"
for run in "$seeds"/checkpoint/*; do
    cp "$run" "$seeds/model/${run##*/}.run"
    cp "$run" "$seeds/stored/${run##*/}.run"
done
for model in order addition memory; do
    "$srnn" convert "$seeds/model/$model" --to pytorch --output "$seeds/pytorch/$model" >/dev/null
done
"$srnn" sample "$seeds/model/music" --length 8 --output "$data/mid" >/dev/null 2>&1

# ---------------------------------------------------------------------------
# What stands before the files in the inputs of the other targets
# ---------------------------------------------------------------------------

for file in music mid; do
    { printf '\001' && cat "$data/$file"; } >"$seeds/music/$file"
done
{ printf '\003' && cat "$data/mid" "$data/mid"; } >"$seeds/music/two"
for file in series labelled ts arff tsv npy; do
    { printf '\000\000' && cat "$data/$file"; } >"$seeds/series/$file"
done
{ printf '\003\343' && cat "$data/arff"; } >"$seeds/series/label"
{ printf '\000' && cat "$data/text"; } >"$seeds/text/lines"
{ printf '\001%%0a%%25' && cat "$data/text"; } >"$seeds/text/escapes"
printf '\002%%0A abc\000a\nb%%20c\n\0001.5 2\n-3 0.25\n\0004' >"$seeds/text/encoding"

# Lines of the manual that begin with the program, in the form of target_options.c.
number=0
sed -n 's/^\.Dl srnn //p; s/^srnn //p; s/.*\$ srnn //p' src/srnn.1 | sed "s/ *[<>|&#].*//" | while read -r line; do
    number=$((number + 1))
    echo "$line" | tr ' ' '\n' >"$seeds/options/manual$number"
done
for command in train eval inspect predict sample convert flow figure bench demo; do
    printf '%s\nmodel\n' "$command" >"$seeds/options/$command"
    "$srnn" help "$command" | grep -o -- '--[a-z-]*' | sort -u | sed 's/.*/"&\\x0a"/' >>"$data/words"
done
# Their names, as a dictionary of both engines.
{
    sort -u "$data/words"
    "$srnn" help train | grep -o '[a-z]*|[a-z|-]*' | tr '|' '\n' | sort -u | sed 's/.*/"&"/'
    printf '"%s"\n' norm:1 norm:quantile:0.9 unit:0.1 smooth:auto 100,200,50:200 1e300 nan inf \
        temporal-order text series music
} | sort -u | grep -v '^""$' >"$seeds/options.dict"
rm -r "$data"
