#!/bin/sh
# The weight of Omega means the same however a batch is cut: it stands beside the loss of one target
# for every --cost, number of targets and number of sequences.
set -eu
. tests/program/library.sh
cd "$scratch"

# The weights of the model in file $1, one a line: what follows the header, whose size is its first
# number.
weights() {
    _header=$(od -An -v -tu4 -N 4 "$1" | tr -d ' ')
    od -An -v -tf4 -j $((8 + _header)) "$1" | tr -s ' ' '\n' | grep .
}

# How far the models LEFT and RIGHT are from each other, by the weight that differs most, as a share
# of the way that LEFT has come from the model `start`: `apart LEFT RIGHT`. Prints nothing if it has
# not moved, which no comparison with `holds` survives.
apart() {
    for _model in "$1" "$2" start; do
        weights "$_model" >"$_model.weights"
    done
    paste "$1.weights" "$2.weights" start.weights | awk "$arithmetic"'
        { between = distance($1, $2); way = distance($1, $3) }
        between > most_between { most_between = between }
        way > most_way { most_way = way }
        END { if (most_way > 0) printf "%.9f\n", most_between / most_way }'
}

once="--optimizer sgd --schedule constant --clip none --seed 3 --hidden 8
    --evaluate-every 1 --stop-error 0 --quiet"

# With 12 targets a sequence the mean loss is a twelfth of the sum, with Omega's part: at a rate
# twelve times as high the first update is the same.
next="permutation --reading next --length 12 --grow 0 --init smart-tanh --batch 5
    --evaluate-sequences 10 $once"
# shellcheck disable=SC2086
for form in paper script; do
    with="$next --omega 3 --omega-form $form"
    succeed train $with --updates 0 --save start
    succeed train $with --updates 1 --cost sum --rate 0.001 --save sum
    omega=$(value_of omega)
    succeed train $with --updates 1 --cost mean --rate 0.012 --save mean
    holds "distance($omega, 12 * $(value_of omega)) < 0.01 * $omega" "Omega in the unit of the cost"
    succeed train $next --omega 0 --updates 1 --cost sum --rate 0.001 --save without
    holds "$(apart sum without) > 0.1" "the part of Omega $form in the update"
    holds "$(apart sum mean) < 1e-3" "Omega $form, sum and mean"
done

# With one target a sequence the two are the same to the bit.
# shellcheck disable=SC2086
for cost in sum mean; do
    succeed train temporal-order --length 12 --grow 0 --batch 5 --omega 3 --evaluate-sequences 10 $once \
        --updates 1 --rate 0.01 --cost $cost --save "of-$cost"
done
same of-sum of-mean "one target a sequence"
# shellcheck disable=SC2086
succeed train temporal-order --length 12 --grow 0 --batch 5 --omega 0 --evaluate-sequences 10 $once \
    --updates 1 --rate 0.01 --cost mean --save without
cmp -s of-mean without && fail "Omega has no part in the update of one target a sequence"

# A text whose streams are all alike: their number changes nothing. All but a tenth are trained on,
# 721 bytes with 720 targets, in three streams of 30 periods each.
awk 'BEGIN { for (i = 0; i < 801; i++) printf "%s", substr("abcdefgh", 1 + i * i % 8, 1) }' >text
text="text text --activation tanh --init smart-tanh --drop 0 --chunk 10 --omega 3 $once"
# shellcheck disable=SC2086
for cost in sum mean; do
    succeed train $text --batch 1 --updates 0 --save start
    succeed train $text --batch 1 --updates 1 --rate 0.01 --cost $cost --save alone
    succeed train $text --batch 3 --updates 1 --rate 0.01 --cost $cost --save three
    succeed train $text --omega 0 --batch 1 --updates 1 --rate 0.01 --cost $cost --save without
    holds "$(apart alone without) > 0.1" "the part of Omega in the update of a text, --cost $cost"
    holds "$(apart alone three) < 1e-3" "streams that are alike, --cost $cost"
done

echo "the weight of Omega: all as it should be"
