#!/bin/sh
# convert: a model goes to PyTorch's names and comes back as the same file, files of
# others are taken where they are unambiguous, and what cannot be converted is refused
# with one line and leaves no file. What PyTorch itself makes of such files is tested
# against numbers of PyTorch's in tests/archive, and by `make check-pytorch`.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"

# The numbers of the model $1, the end of its file, are those of `again`. The metadata differ: what
# the model was trained on is not converted.
same_weights() {
    for _model in "$1" again; do
        succeed inspect "$_model"
        tail -c $((4 * $(value_of parameters))) "$_model" >"numbers.$_model"
    done
    same "numbers.$1" numbers.again "$2"
}

# There and back, for each activation and kind of outputs that both sides have, with and
# without biases: the same numbers, and so the same outputs.
there_and_back() {
    _model=$1
    _kinds=$2
    succeed convert "$_model" --to pytorch --output weights
    [ ! -s err ] || fail_run "nothing was expected on standard error"
    [ "$(value_of activation) $(value_of output-kind)" = "$_kinds" ] || fail_run "$_kinds was expected"
    grep -aq '"format":"pt"' weights || fail "the file does not say that it is PyTorch's"
    for _name in weight_ih_l0 weight_hh_l0; do
        grep -aq "\"rnn\.$_name\":" weights || fail "there is no rnn.$_name"
    done
    grep -aq '"head\.weight":' weights || fail "there is no head.weight"
    cp out expected
    succeed convert weights --to srnn --output again
    same expected out "what both ways print of $_model"
    same_weights "$1" "$1, there and back"
}
small="--hidden 6 --updates 2 --evaluate-sequences 10 --quiet --save"
# shellcheck disable=SC2086
{
    succeed train temporal-order --length 10 $small order
    succeed train addition --length 10 --activation relu $small sum
    succeed train memorization --length 10 --no-biases $small bare
    succeed train addition --length 10 --activation sigmoid $small logistic
    succeed train addition --length 10 --activation linear $small linear
}
printf '21;22;23\n24;25;26\n' >notes
succeed train music notes --hidden 6 --activation tanh --epochs 1 --hold-out 0.5 --quiet --save music
there_and_back order "tanh softmax"
grep -aq '"rnn\.bias_ih_l0":.*"rnn\.bias_hh_l0":.*"head\.bias":' weights || fail "biases are missing"
there_and_back sum "relu linear"
there_and_back music "tanh sigmoid"
there_and_back bare "tanh softmax"
if grep -aq bias weights; then fail "there are biases of a model that has none"; fi

# Where the file tells the kinds, the options can only say the same.
for kinds in "order tanh softmax relu sigmoid" "sum relu linear tanh softmax"; do
    # shellcheck disable=SC2086
    set -- $kinds
    succeed convert "$1" --to pytorch --output weights
    succeed convert weights --to srnn --output again --activation "$2" --output-kind "$3"
    same_weights "$1" "$1, there and back with its kinds"
    refuse 1 "weights: its metadata say --activation $2, not $4; leave the option out" convert weights \
        --to srnn --output none --activation "$4"
    refuse 1 "weights: its metadata say --output-kind $3, not $5; leave" convert weights \
        --to srnn --output none --activation "$2" --output-kind "$5"
done

# What torch.nn.RNN has no units for.
refuse 1 "no sigmoid units" convert logistic --to pytorch --output none
refuse 1 "no linear units" convert linear --to pytorch --output none

# The encoding of the data is left out, with a message; the weights are not.
awk 'BEGIN { for (i = 0; i < 400; i++) print "the same again", i % 7 }' >text
succeed train text text --hidden 6 --batch 4 --updates 2 --quiet --save letters
succeed convert letters --to pytorch --output weights
grep -q "letters: the encoding of its data is not converted" err || fail_run "no warning"
succeed convert weights --to srnn --output again
printf '1\n2\n3\n' >ids
for model in letters again; do
    "$SRNN" predict $model --ids <ids >"outputs.$model"
done
same outputs.letters outputs.again "the outputs of a model of text"
refuse 1 alphabet sample again

# So it is with labels, with a scale and with the steps of a quarter.
printf 'a|1;2\nb|2;1\n' >labelled
printf '1\n2\n3\n4\n' >plain
for data in labelled plain; do
    succeed train series $data --hidden 2 --activation tanh --updates 1 --hold-out 0 --quiet --save $data.model
done
build_forge "$tree"
forge music quarter-steps 4
for model in labelled.model plain.model forged; do
    succeed convert $model --to pytorch --output weights
    grep -q "$model: the encoding of its data is not converted" err || fail_run "no warning"
done
succeed convert music --to pytorch --output weights
[ ! -s err ] || fail_run "there is no encoding"
succeed convert letters --to pytorch --output weights

# Weights in the place of a model, and what torch.save writes: every command names the way to a model.
for command in "inspect weights" "predict weights" "sample weights" "eval weights text text" \
    "train text text --from weights --quiet"; do
    # shellcheck disable=SC2086
    refuse 1 "weights: weights of PyTorch; srnn convert weights --to srnn" $command
done
for head in 'PK\003\004' '\200\002\212\012l\374\234F' '\200\004\225\001'; do
    # shellcheck disable=SC2059
    printf "$head and more" >saved.pt
    for command in "convert saved.pt --to srnn --output none" "inspect saved.pt" "predict saved.pt"; do
        # shellcheck disable=SC2086
        refuse 1 "saved.pt: a file of torch.save; " $command
        says "safetensors.torch.save_file(torch.load('saved.pt', weights_only=True), "
        says "srnn convert weights.safetensors --to srnn"
    done
done

# No command has a name in it that a shell would take for something else.
for name in "it's weights" 'weights;old'; do
    cp weights "$name"
    refuse 1 "$name: weights of PyTorch; srnn convert FILE --to srnn" inspect "$name"
done
mv saved.pt "it's.pt"
refuse 1 "torch.load('FILE', weights_only=True)" inspect "it's.pt"

# What begins nearly so is none.
for head in 'PK\003\005' '\200\001\001\001' '\200\006\001\001' '\200\002\001\000' '\201\002\001\001'; do
    # shellcheck disable=SC2059
    printf "$head and more" >saved.pt
    refuse 1 "saved.pt: cannot load the model: not a safetensors file" inspect saved.pt
done

# A checkpoint is a model too.
succeed train temporal-order --length 10 --hidden 6 --updates 2 --evaluate-sequences 10 --quiet \
    --checkpoint run --save same
succeed convert run --to pytorch --output weights
succeed convert weights --to srnn --output again
same_weights same "a checkpoint"

# A file as PyTorch might write it, whose network has one unit of everything: weights 1, 0
# and 2 and biases 1/2, 1/2 and 1. It has no metadata, and other prefixes.
tensor() {
    printf '"%s":{"dtype":"F32","shape":[%s],"data_offsets":[%d,%d]}' "$1" "$2" $((4 * $3)) \
        $((4 * $3 + 4))
}
# pytorch_file RNN HEAD: the file with these prefixes.
pytorch_file() {
    {
        printf '{'
        tensor "$1weight_ih_l0" 1,1 0 && printf ','
        tensor "$1weight_hh_l0" 1,1 1 && printf ','
        tensor "$1bias_ih_l0" 1 2 && printf ','
        tensor "$1bias_hh_l0" 1 3 && printf ','
        tensor "$2weight" 1,1 4 && printf ','
        tensor "$2bias" 1 5 && printf '}'
    } >header
    begin_safetensors
    printf '\0\0\200\077\0\0\0\0\0\0\0\077\0\0\0\077\0\0\0\100\0\0\200\077'
}
for names in " " "rnn. head." "model.rnn. model.fc."; do
    pytorch_file "${names% *}" "${names#* }" >foreign
    refuse 1 "use --activation and --output-kind" convert foreign --to srnn --output none
    refuse 1 "use --activation and --output-kind" convert foreign --to srnn --output none \
        --activation tanh
    succeed convert foreign --to srnn --output again --activation tanh --output-kind linear
    echo 0 | "$SRNN" predict again >out
    holds "distance($(cat out), 2.5231883) < 1e-6" "1 + 2 tanh(1)"
    succeed convert foreign --to srnn --output again --activation relu --output-kind sigmoid
    echo 2 | "$SRNN" predict again >out
    holds "distance($(cat out), 0.9990889) < 1e-6" "1 / (1 + exp(-7))"
done

# Cut off anywhere, it is refused; and so is what is no such file, and a model of srnn's.
bytes=$(wc -c <foreign)
for length in 0 1 7 8 9 100 $((bytes - 24)) $((bytes - 1)); do
    head -c "$length" foreign >part
    refuse 1 part convert part --to srnn --output none --activation tanh --output-kind linear
done
{ cat foreign && echo; } >longer
refuse 1 longer convert longer --to srnn --output none --activation tanh --output-kind linear
refuse 1 "order: a model of srnn already" convert order --to srnn --output none

# weights NAME:TYPE:SHAPE...: the file `weights` with these tensors, all zeros, in JSON with names as
# they stand.
weights() {
    printf '%s\n' "$@" | awk -F : '
        BEGIN { split("F64 8 I64 8 F32 4 F16 2 BF16 2 I8 1", words, " "); printf "{"
                for (i = 1; i in words; i += 2) size[words[i]] = words[i + 1] }
        { bytes = size[$2]; count = split($3, sides, ",")
          for (i = 1; i <= count; i++) bytes *= sides[i]
          printf "%s\"%s\": {\"shape\":[%s],\"dtype\":\"%s\",\"data_offsets\":[%d,%d]}", \
              (NR > 1 ? ", " : ""), $1, $3, $2, at, at + bytes
          at += bytes }
        END { printf "}"; print at > "data" }' >header
    {
        begin_safetensors
        head -c "$(cat data)" /dev/zero
    } >weights
}
# fault MESSAGE NAME:TYPE:SHAPE...: such a file is refused with the tensor and the reason.
fault() {
    _message=$1
    shift
    weights "$@"
    refuse 1 "weights: $_message" convert weights --to srnn --output none --activation tanh \
        --output-kind linear
}
hh=rnn.weight_hh_l0:F32:3,3
head="fc.weight:F32:2,3 fc.bias:F32:2"
both="rnn.bias_ih_l0:F32:3 rnn.bias_hh_l0:F32:3"
layer="rnn.weight_ih_l0:F32:3,4 $hh $both"
# shellcheck disable=SC2086
{
    fault "rnn.weight_ih_l1 is of a second layer" $layer rnn.weight_ih_l1:F32:3,3 $head
    fault "rnn.bias_hh_l12 is of a second layer" rnn.bias_hh_l12:F32:3 $layer $head
    fault "rnn.weight_ih_l0_reverse is of a second direction" $layer rnn.weight_ih_l0_reverse:F32:3,4
    fault "rnn.weight_hh_l0 has four gates: it is of a torch.nn.LSTM" rnn.weight_ih_l0:F32:12,4 \
        rnn.weight_hh_l0:F32:12,3 rnn.bias_ih_l0:F32:12 rnn.bias_hh_l0:F32:12
    fault "cell.weight_hh has three gates: it is of a torch.nn.GRU" cell.weight_ih:F32:9,4 \
        cell.weight_hh:F32:9,3 $head
    fault "rnn.weight_hr_l0 is the projection of an LSTM" rnn.weight_hr_l0:F32:2,3
    fault "rnn.weight_hh_l0 has elements of the type F64; float32, float16 and bfloat16" \
        rnn.weight_ih_l0:F32:3,4 rnn.weight_hh_l0:F64:3,3 $both $head
    fault "fc.bias has elements of the type I8" $layer fc.weight:F32:2,3 fc.bias:I8:2
    fault "optimizer.step is no tensor of a torch.nn.RNN" $layer $head optimizer.step:I64:
    fault "embedding.weight and fc.weight are of two layers" embedding.weight:F32:9,4 $layer $head
    fault "a.weight_ih_l0 and b.weight_hh_l0 are of two layers" a.weight_ih_l0:F32:3,4 \
        b.weight_hh_l0:F32:3,3 $head
    fault "h0 and init.h0 are of two layers" $layer $head h0:F32:3 init.h0:F32:3
    fault "fc.weight comes twice" $layer $head fc.weight:F32:2,3
    fault "fc.weight comes twice" $layer $head 'fc.wei\u0067ht:F32:2,3'
    fault "there is no weight_hh_l0, the recurrent weights" rnn.weight_ih_l0:F32:3,4 $head
    fault "there is no weight_ih_l0, the input weights" $head
    fault "there is no weight of a torch.nn.Linear, the head" $layer
    fault "there is rnn.bias_hh_l0, but no bias_ih_l0" rnn.weight_ih_l0:F32:3,4 $hh \
        rnn.bias_hh_l0:F32:3 $head
    fault "rnn.weight_ih_l0 is [4 x 3], not [hidden x inputs]" rnn.weight_ih_l0:F32:4,3 $hh $both $head
    fault "rnn.weight_hh_l0 is [3 x 5], not [hidden x hidden]" rnn.weight_ih_l0:F32:3,4 \
        rnn.weight_hh_l0:F32:3,5 $head
    fault "fc.weight is [3 x 2], not [outputs x hidden]" $layer fc.weight:F32:3,2
    fault "fc.weight is [0 x 3], not [outputs x hidden]" $layer fc.weight:F32:0,3
    fault "fc.bias is [2 x 1], not [outputs]" $layer fc.weight:F32:2,3 fc.bias:F32:2,1
    fault "h0 is [2 x 1 x 3], not [hidden]" $layer $head h0:F32:2,1,3
    fault "h0 is [], not [hidden]" $layer $head h0:F32:
}
printf '\2\0\0\0\0\0\0\0{}' >weights
refuse 1 "weights: there are no tensors" convert weights --to srnn --output none

# Elements of two bytes, a torch.nn.RNNCell and escapes in names.
# shellcheck disable=SC2086
{
    weights ${layer%" rnn.bias_ih"*} 'rnn.bias\u005fih_l0:F16:3' 'rnn.bias\u005fhh_l0:BF16:3' $head
    succeed convert weights --to srnn --output again --activation tanh --output-kind linear
    weights cell.weight_ih:BF16:3,4 cell.weight_hh:F16:3,3 $head
    succeed convert weights --to srnn --output again --activation tanh --output-kind linear
}
[ "$(value_of inputs) $(value_of hidden) $(value_of outputs)" = "4 3 2" ] || fail_run "4, 3 and 2"

refuse 1 "No such file" convert missing --to srnn --output none
refuse 1 "No such file" convert missing --to pytorch --output none
refuse 1 "foreign: weights of PyTorch; srnn convert foreign --to srnn" convert foreign --to pytorch --output none
refuse 1 "foreign: weights of PyTorch; srnn convert foreign --to srnn" inspect foreign
mkdir folder
refuse 1 folder convert order --to pytorch --output folder
refuse 1 folder convert foreign --to srnn --activation tanh --output-kind linear --output folder

# Command lines that make no sense.
refuse 2 "--to" convert order --output none
refuse 2 "--output" convert order --to pytorch
refuse 2 "--to" convert order --to tensorflow --output none
refuse 2 "order" convert order --to pytorch --output order
refuse 2 "--activation" convert order --to pytorch --output none --activation tanh
refuse 2 "--output-kind" convert order --to pytorch --output none --output-kind softmax
refuse 2 "--activation" convert foreign --to srnn --output none --activation sigmoid
[ ! -e none ] || fail "a file was left"

echo "convert: all as it should be"
