#!/bin/sh
# Text: a small model learns a simple language far below the entropy of its
# letters, has the same loss on other cuts of the same text, and writes text of its
# symbols, the same for the same seed. A file with any bytes is a text.
set -eu
. tests/program/library.sh
top=$PWD
cd "$scratch"

# The entropy of the bytes of a file, each for itself, in bits.
entropy() {
    od -An -v -tu1 "$1" | awk "$arithmetic"'
        { for (i = 1; i <= NF; i++) { count[$i]++; n++ } }
        END {
            for (b in count) h -= count[b] / n * logarithm(count[b] / n) / logarithm(2)
            print h
        }'
}

# The bytes that a file has, as `inspect` prints an alphabet.
bytes_of() {
    od -An -v -tx1 "$1" | tr -s ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/^ *//;s/ $//'
}

# All bytes of file $1 are in file $2.
only_bytes_of() {
    bytes_of "$1" | tr ' ' '\n' | sort >left
    bytes_of "$2" | tr ' ' '\n' | sort >right
    [ -z "$(comm -23 left right)" ] || fail "$3: has bytes that were not in training"
}

# 60 KB of words in random order, which have 8 bits of a choice in 5 letters each.
awk -v seed=12345 "$arithmetic"'BEGIN {
    split("river stone cloud maple ember frost pilot quilt", word)
    for (n = 0; n < 60000; n += 6) {
        printf "%s%s", word[1 + int(8 * draw())], n % 60 == 54 ? "\n" : " "
    } }' >words
unigram=$(entropy words)
holds "$unigram > 3" "the language is too simple"

# What a text is learnt with here.
learning="--activation relu --init basic-sigmoid --optimizer adam --schedule linear --drop 0.2 --omega 0"
# shellcheck disable=SC2086
succeed train text words $learning --hidden 32 --batch 16 --chunk 24 --updates 400 --rate 0.01 \
    --quiet --save model
[ "$(value_of task) $(value_of end)" = "text updates" ] || fail_run "another end"
trained=$(value_of bits-per-character)
# 3 bits for each word of 6 bytes is the best; the letters alone have the unigram entropy.
holds "$trained < $unigram / 4 && $trained > 3 / 6 - 0.1" "bits per character"
[ "$(value_of judged)" -eq 5999 ] || [ "$(value_of judged)" -eq 6000 ] ||
    fail_run "a tenth of the text was to be judged"

cp model words-model

# inspect prints the alphabet, and eval what training printed: of the held-out end, with
# as many streams the same number; and with other cuts and on all of the text a
# number near it.
succeed inspect model
[ "$(value_of alphabet)" = "$(bytes_of words)" ] || fail_run "the alphabet is not the text's"
succeed eval model text words --hold-out 0.1 --batch 16 --chunk 24
[ "$(value_of bits-per-character)" = "$trained" ] || fail_run "eval has not $trained bits"
holds "distance($(value_of loss) / logarithm(2), $trained) < 1e-4" "bits are the loss by log 2"
for cut in "--batch 1" "--batch 7 --chunk 5" "--hold-out 0.9" "--hold-out 0.5 --threads 2"; do
    # shellcheck disable=SC2086
    succeed eval model text words $cut
    holds "$(value_of bits-per-character) < $unigram / 4" "eval $cut"
done
[ "$(value_of characters)" -ge 29900 ] || fail_run "half of the text was to be judged"

# A text with some of the symbols only is read by the model's alphabet, not by one
# of its own.
tr ' ' '\n' <words | grep -E 'stone|maple|ember' | tr '\n' ' ' >fewer
[ "$(bytes_of fewer | wc -w)" -lt "$(bytes_of words | wc -w)" ] || fail "not fewer symbols"
succeed eval model text fewer
holds "$(value_of bits-per-character) < $unigram / 4" "a text of fewer symbols"

# A model that learns on from such a text keeps its own alphabet, also after the run was
# resumed, and what it never saw is left out.
printf 'stone7' >>fewer
on="--batch 4 --chunk 10 --schedule constant --quiet"
# shellcheck disable=SC2086
{
    succeed train text fewer --from model $on --updates 20 --save on
    [ "$(value_of training-unknown)" = 1 ] || fail_run "not one character that is unknown"
    succeed train text fewer --from model $on --updates 10 --checkpoint checkpoint
    succeed train text fewer --resume checkpoint --updates 20 --quiet --save resumed
}
same on resumed "a model that learnt on, resumed"
# Twenty updates from new weights do not learn the language; from a checkpoint they do.
# shellcheck disable=SC2086
succeed train text fewer --from checkpoint $on --updates 20
holds "$(value_of bits-per-character) < $unigram / 4" "from a checkpoint"
succeed inspect on
[ "$(value_of alphabet) $(value_of hidden)" = "$(bytes_of words) 32" ] ||
    fail_run "not the model's alphabet and network"
succeed eval on text words
holds "$(value_of bits-per-character) < $unigram / 4" "a model that learnt on"

# Samples: the length of the option and the line's end, of the text's symbols;
# the same with the same seed, others with others.
for length in 0 1 500; do
    succeed sample model --length $length
    [ "$(wc -c <out)" -eq $((length + 2)) ] || fail_run "$length bytes were to come after the first"
done
only_bytes_of out words "sample"
cp out first
succeed sample model
same first out "the same seed"
succeed sample model --seed 2
cmp -s first out && fail "another seed writes the same text"
succeed sample model --temperature 5
cmp -s first out && fail "another temperature writes the same text"
only_bytes_of out words "a wild sample"

# Most of its words are words of the language.
tr ' ' '\n' <first | sed '1d;$d' | awk '
    /^(river|stone|cloud|maple|ember|frost|pilot|quilt)$/ { good++ }
    END { exit !(good > NR * 0.8) }' || fail "the sample is not the language: $(cat first)"

# It goes on from its prompt: at temperature 0 the one way to end a word.
succeed sample model --prime "frost sto" --length 2 --temperature 0
[ "$(cat out)" = "frost stone" ] || fail_run "frost stone was expected"
succeed sample model --prime "frost sto" --length 0
[ "$(cat out)" = "frost sto" ] || fail_run "the prime alone was expected"
refuse 1 "--prime: 'Q', byte 7 of the text, is not among the symbols of model" \
    sample model --prime "frost Q"
refuse 1 "--prime: 'ü', byte 2 of the text" sample model --prime "fü"
refuse 1 "--prime: the byte 0x1b, byte 1 of the text" sample model --prime "$(printf '\033[2J')"

# From a file or standard input it reads the same text, byte for byte.
printf 'frost sto' >prompt
{ printf '\357\273\277'; cat prompt; } >marked
for file in prompt marked -; do
    succeed sample model --prime-file $file --length 2 --temperature 0 <prompt
    [ "$(cat out)" = "frost stone" ] || fail_run "frost stone was expected"
done
: >empty
succeed sample model --prime-file empty --length 5
[ "$(wc -c <out)" -eq 7 ] || fail_run "an empty text is none: a random symbol begins"
printf 'frost\nsto\303\274ne' >prompt
refuse 1 "prompt:2:4: 'ü' is not among the symbols of model" sample model --prime-file prompt
succeed train text prompt --hidden 4 --batch 1 --hold-out 0.4 --updates 1 --quiet --save umlaut
printf 'frost\nsto\303\266ne' >other
refuse 1 "other:2:4: 'ö' is not among the symbols of umlaut" sample umlaut --prime-file other
refuse 1 "standard input:2:4: 'ö'" sample umlaut --prime-file - <other
refuse 1 "missing: No such file" sample model --prime-file missing
# So do `train` and `eval`. A run goes on with the same text.
from_input() {
    run "$@" <prompt
    [ "$status" -eq 0 ] || fail_run "the text of standard input was expected to be read"
}
brief="--hidden 4 --batch 1 --hold-out 0.4"
# shellcheck disable=SC2086
from_input train text - $brief --updates 1 --save umlaut.input --checkpoint run
same umlaut umlaut.input "a model of standard input"
says "continue with: srnn train text - --save umlaut.input --checkpoint run --resume run"
from_input train text - --resume run --updates 2 --save second.input --quiet
# shellcheck disable=SC2086
succeed train text prompt $brief --updates 2 --save second --quiet
same second second.input "a run resumed from standard input"
succeed eval umlaut text prompt --batch 1
cp out judged
from_input eval umlaut text - --batch 1
same judged out "an evaluation on standard input"
refuse 1 "standard input: is empty" train text - --quiet <empty
# shellcheck disable=SC2086
refuse 2 "the FILE and --valid are the same file, -" train text - --valid - --quiet <prompt
# Bytes that begin no character are named as such, however many are before the unknown one.
printf 'ab\200ab\200ab\200' >halves
succeed train text halves --hidden 4 --batch 1 --hold-out 0.4 --updates 1 --quiet --save halves.model
printf 'a\200\200\200\200\201' >prompt
refuse 1 "prompt:1:6: the byte 0x81 is not among the symbols of halves.model" \
    sample halves.model --prime-file prompt
# A byte-order mark is a part of the text where the model has it as symbols.
printf 'ab\357\273\277ab\357\273\277ab\357\273\277' >inside
succeed train text inside --hidden 4 --batch 1 --hold-out 0.4 --updates 1 --quiet --save inside.model
printf '\357\273\277abab\n' >first
head -c 7 first >prompt
succeed sample inside.model --prime-file prompt --length 0
same first out "a text that begins with the mark"
succeed eval inside.model text prompt --batch 1
[ "$(value_of characters) $(value_of unknown)" = "6 0" ] || fail_run "the mark is three of seven characters"
succeed sample halves.model --prime-file prompt --length 0
[ "$(cat out)" = abab ] || fail_run "no mark where the model has none"
# A file to judge by that is not there.
refuse 1 "missing: No such file" train text words --valid missing --quiet
# What to type to go on has the file of the task, if it has one.
succeed train text words --hidden 4 --updates 1 --checkpoint words.run
says "continue with: srnn train text words --checkpoint words.run --resume words.run"
succeed train addition --hidden 4 --length 10 --updates 1 --evaluate-sequences 1 --checkpoint sum.run
says "continue with: srnn train addition --checkpoint sum.run --resume sum.run"

# In UTF-8 no text begins in the middle of a character.
for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    succeed sample umlaut --seed $seed --length 0
    [ "$(od -An -tx1 -N1 out | tr -d ' ')" != bc ] || fail_run "a half of a character"
done

# The same bytes with the same seed and for every number of threads.
for threads in 1 2; do
    succeed train text words --hidden 16 --batch 6 --updates 20 --quiet --threads $threads \
        --save threads$threads
done
same threads1 threads2 "two threads"

# Any bytes are a text: zeros, the upper half, one symbol alone.
awk 'BEGIN { for (i = 0; i < 256; i++) printf "\\%03o", i }' >escapes
# shellcheck disable=SC2059
printf "$(cat escapes escapes escapes)" >bytes
[ "$(wc -c <bytes)" -eq 768 ] || fail "the file of all bytes has $(wc -c <bytes)"
succeed train text bytes --hidden 8 --batch 3 --chunk 9 --updates 5 --quiet --save model
succeed inspect model
[ "$(value_of inputs) $(value_of outputs)" = "256 256" ] || fail_run "not 256 symbols"
succeed sample model --length 300 --temperature 3
[ "$(wc -c <out)" -eq 302 ] || fail_run "302 bytes were expected"
printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' >one
succeed train text one --hidden 4 --batch 2 --updates 5 --quiet --save model
succeed sample model --length 5
[ "$(cat out)" = aaaaaa ] || fail_run "nothing but a was expected"

# A byte-order mark is no part of a text; a text of wider symbols than bytes is named.
{ printf '\357\273\277'; head -c 600 words; } >marked
head -c 600 words >unmarked
for file in marked unmarked; do
    succeed train text $file --hidden 2 --updates 3 --batch 2 --quiet --save $file.model
done
same marked.model unmarked.model "a text with a byte-order mark"
succeed eval marked.model text marked
[ "$(value_of unknown)" -eq 0 ] || fail_run "the mark is no character"
{ printf '\377\376'; sed 's/./&~/g' unmarked | tr '~' '\0'; } >wide
succeed train text wide --hidden 2 --updates 3 --batch 2 --quiet
says "wide: is UTF-16LE, which is read as single bytes; iconv -f UTF-16LE"

{ cat unmarked; printf '\0'; } >zero
succeed train text zero --hidden 2 --updates 3 --batch 2 --quiet
says "zero: has bytes of zero, which no text has"
printf 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' >alike
succeed train text alike --hidden 2 --updates 3 --batch 2 --quiet
says "alike: one character over and over: nothing to learn"

# A model keeps how far ahead it predicts: here the third character from each, which is the same one in
# a text whose period is three. `eval` and --from judge it by that, and no text comes of it.
awk 'BEGIN { for (i = 0; i < 400; i++) printf "abc" }' >period
ahead="--hidden 8 --batch 4 --chunk 10 --quiet"
# shellcheck disable=SC2086
succeed train text period $ahead --ahead 3 --updates 200 --save third.model --checkpoint third.run
succeed eval third.model text period --batch 4
third=$(value_of loss)
succeed eval third.model text period --batch 4 --ahead 3
[ "$(value_of loss)" = "$third" ] || fail_run "the loss is not that of the model's own --ahead, $third"
[ ! -s err ] || fail_run "nothing was to be said of the same --ahead"
succeed eval third.model text period --batch 4 --ahead 1
says "--ahead 1: the model was trained with 3"
holds "$(value_of loss) > $third + 0.1" "the next character is another"
succeed eval third.run text period --batch 4
[ "$(value_of loss)" = "$third" ] || fail_run "a checkpoint has another --ahead than its model"
# shellcheck disable=SC2086
succeed train text period --batch 4 --chunk 10 --quiet --from third.model --updates 1 --save further.model
for model in third.model further.model third.run; do
    succeed inspect $model
    [ "$(value_of ahead)" = 3 ] || fail_run "the model predicts three characters ahead"
done
refuse 1 "predicts the character 3 places ahead" sample third.model
refuse 1 "predicts the character 3 places ahead; --adapt needs" eval third.model text period --adapt 0.1

# --adapt learns each chunk once it is judged. A text with the words turned around is
# another language of the same letters: the model comes to know it. The model's file stays
# as it was, and threads change nothing.
cp words-model model
cp model kept
awk '{ for (i = length; i > 0; i--) printf "%s", substr($0, i, 1); print "" }' words >turned
succeed eval model text turned --batch 1 --chunk 8
plain=$(value_of bits-per-character)
judged=$(value_of characters)
succeed eval model text turned --chunk 8 --adapt 0.003
adapted=$(value_of bits-per-character)
echo "words turned around: $plain bits, adapting $adapted"
holds "$adapted < $plain - 1" "--adapt learns another language"
[ "$(value_of characters)" = "$judged" ] || fail_run "$judged characters were to be judged"
cp out one
succeed eval model text turned --chunk 8 --adapt 0.003 --batch 1 --threads 2
same one out "--adapt with two threads"
same kept model "the model of eval --adapt"

# It predicts: a first chunk is judged by the weights as they came, and after whatever was
# read the probabilities of all that may come next add up to 1.
head -c 25 turned >chunk
succeed eval model text chunk --batch 1 --chunk 24
cp out one
succeed eval model text chunk --chunk 24 --adapt 0.1
same one out "--adapt in the first chunk"
adapting="--chunk 1 --adapt 0.01"
# shellcheck disable=SC2086
succeed eval model text chunk $adapting
before=$(value_of loss)
for byte in $(bytes_of words); do
    # shellcheck disable=SC2059
    { cat chunk; printf "\\$(printf %o "0x$byte")"; } >longer
    # shellcheck disable=SC2086
    succeed eval model text longer $adapting
    value_of loss
done >after
sum=$(awk -v before="$before" "$arithmetic"'{ sum += exponential(24 * before - 25 * $1) } END { print sum }' after)
holds "distance($sum, 1) < 1e-3" "the sum of $(wc -l <after) probabilities"

# Next to no rate, or a drift all the way back, is next to no adapting.
succeed eval model text turned --batch 1 --chunk 8
plain=$(value_of loss)
for least in "--adapt 1e-12" "--adapt 0.003 --adapt-drift 1"; do
    # shellcheck disable=SC2086
    succeed eval model text turned --chunk 8 $least
    holds "distance($(value_of loss), $plain) < 1e-5" "eval $least"
done
refuse 1 "--adapt" eval model text turned --adapt 1e6
same kept model "the model of a failed eval --adapt"

# A real text, where it is: 100 KB of it, under the entropy of its letters by a
# bit at least.
shakespeare=$top/../shared/data/text/tinyshakespeare.txt
if [ -r "$shakespeare" ]; then
    head -c 100000 "$shakespeare" >play
    unigram=$(entropy play)
    # shellcheck disable=SC2086
    succeed train text play $learning --hidden 64 --batch 16 --chunk 32 --updates 400 --rate 0.005 \
        --quiet --save model --threads 2
    trained=$(value_of bits-per-character)
    echo "Shakespeare: $trained bits per character, the letters alone $unigram"
    holds "$trained < $unigram - 1" "bits per character of Shakespeare"
    succeed sample model --length 2000 --prime "KING"
    only_bytes_of out play "a sample of Shakespeare"
fi

echo "text: all as it should be"
