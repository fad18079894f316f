#!/bin/sh
# Predictions in units that are far from 1, and of models that come from elsewhere: forecasts that
# grow without bound, numbers too large for the scale, digits, labels that need quotes; what nobody
# reads any more is not computed.
set -eu
. tests/program/library.sh
. tests/program/readers.sh
tree=$PWD
cd "$scratch"
build_forge "$tree"

# one_unit W_IH W_HH W_OUT: a model h = relu(W_IH x + W_HH h), output W_OUT h, as another program's:
# the weights are floats in the notation of printf.
zero='\0\0\0\0' one='\0\0\200\77' two='\0\0\0\100'
tensor() {
    printf '"%s":{"dtype":"F32","shape":[1,1],"data_offsets":[%d,%d]}' "$1" "$2" $(($2 + 4))
}
one_unit() {
    printf '{%s,%s,%s}' "$(tensor weight_ih_l0 0)" "$(tensor weight_hh_l0 4)" "$(tensor weight 8)" >header
    {
        begin_safetensors
        # shellcheck disable=SC2059
        printf "$1$2$3"
    } >weights
    succeed convert weights --to srnn --output unit.model --activation relu --output-kind linear
}

# Nothing tells of which data such a model is. Then it takes numbers as they are.
one_unit $one $two $one
printf '1\n2\n0\n' >numbers
refuse 1 "unit.model: nothing tells what the model was trained on" predict unit.model numbers
refuse 1 "unit.model: the model has no alphabet; sample needs" sample unit.model
refuse 1 "numbers: the model has no alphabet; it was not trained on text" eval unit.model text numbers
"$SRNN" predict unit.model <numbers >out
[ "$(paste -sd ' ' out)" = "1 4 8" ] || fail_run "1, 2 + 2 and 8 were expected"
# With a scale it forecasts, in its units: (x - 10) / 2 is a unit. 3 h + ... grows threefold.
forge unit.model scaling "10 2"
mv forged scaled.model
printf '12\n14\n10\n' >series
succeed predict scaled.model series
[ "$(cut -d , -f 4 out | paste -sd ' ')" = "prediction  12.00000 18.00000 26.00000" ] ||
    fail_run "the units 1, 4 and 8 times 2 and 10 were expected"
succeed predict scaled.model series --ahead 3
[ "$(cut -d , -f 2-4 out | tail -n 3 | paste -sd ' ')" = "4,,26.00000 5,,58.00000 6,,154.00000" ] ||
    fail_run "the units 8, 24 and 72 were expected"
# 8 times 3 to the power of 78 is a float, and of 79 none.
run predict scaled.model series --ahead 1000
one_line 1
says "series: step 80 after the end: the forecast grows without bound"
[ "$(tail -n 1 out | cut -d , -f 2)" = 82 ] || fail_run "79 forecasts were expected"
holds "$(tail -n 1 out | cut -d , -f 4) > 2.6e38 && $(tail -n 1 out | cut -d , -f 4) < 2.7e38" "the last"

# Numbers that are too large for the scale; digits that suit the deviation and the number.
forge unit.model scaling "0 1e-30"
printf '1e-30\n1e30\n' >large
run predict forged large
one_line 1
says "large: the number 1e+30 is too large for the scale of the model"
# So it is where numbers are far from 0 and scaled as doubles, in both directions.
forge unit.model scaling "1e9 1e-30"
for number in 1e30 -1e30; do
    echo $number >large
    run predict forged large
    one_line 1
    says "large: the number ${number%30}+30 is too large for the scale of the model"
done
# digits SCALE NUMBER VALUE PREDICTION: the number as it is printed, and as it is predicted to come again.
one_unit $one $zero $one
digits() {
    forge unit.model scaling "$1"
    echo "$2" >number
    succeed predict forged number
    [ "$(tail -n 2 out | cut -d , -f 3,4 | paste -sd ' ')" = "$3, ,$4" ] ||
        fail_run "$3 and $4 were expected"
}
digits "0 1e-30" 3e-30 3e-30 3.00000001e-30
digits "0 1" 3 3 3.00000
digits "0 1e5" 300000 300000 300000
digits "0 1e7" 3e7 30000000 30000000
digits "0 100000" 0.1 0.1 0
digits "1e15 1" 1000000000000003 1000000000000003 1e+15
digits "0 1" 0.1 0.1 0.10000
digits "0 1" 1234567.875 1234567.875 1234567.87500

# Weights of the largest float: what they give is no number. It is printed, but nothing is learnt.
most='\377\377\177\177'
one_unit $most $most $most
forge unit.model scaling "0 1"
mv forged most.model
printf '1\n2\n3\n4\n5\n' >five
succeed eval most.model series five
grep -qx 'loss inf' out && grep -qx 'wrong 1.000000' out || fail_run "an infinite loss, and all wrong"
refuse 1 "most.model: the evaluation with --adapt failed (a number is NaN or infinite)" \
    eval most.model series five --adapt 0.1
run predict most.model five
one_line 1
says "five: step 1 after the end: the forecast grows without bound"

# ---------------------------------------------------------------------------
# What does not fit a task
# ---------------------------------------------------------------------------
# two_one: a model of two numbers that become one, with biases of the hidden unit alone.
printf '{%s,%s,%s,%s,%s}' '"weight_ih_l0":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}' \
    "$(tensor weight_hh_l0 8)" "$(tensor weight 12)" \
    '"bias_ih_l0":{"dtype":"F32","shape":[1],"data_offsets":[16,20]}' \
    '"bias_hh_l0":{"dtype":"F32","shape":[1],"data_offsets":[20,24]}' >header
{ begin_safetensors && head -c 24 /dev/zero; } >weights
for kind in linear sigmoid; do
    succeed convert weights --to srnn --output $kind.model --activation tanh --output-kind $kind
done
refuse 1 "linear.model: --from needs a model with both kinds of biases or none" train addition \
    --from linear.model --quiet
refuse 1 "sigmoid.model: the model has 2 inputs and 1 sigmoid outputs, but addition needs 2 and 1 linear" \
    train addition --from sigmoid.model --quiet
refuse 1 "sigmoid.model: the model has 2 inputs and 1 sigmoid outputs, but addition needs 2 and 1 linear" \
    eval sigmoid.model addition
succeed eval linear.model addition --length 10 --sequences 10
succeed train addition --hidden 2 --length 10 --updates 1 --evaluate-sequences 1 --quiet --save sum.model
refuse 1 "sum.model: the model was trained on addition, not on text" eval sum.model text numbers

# ---------------------------------------------------------------------------
# Labels that need quotes
# ---------------------------------------------------------------------------
printf '"a,b",1,2\n" c",2,1\n"d ",1,1\n"e""f",2,2\nplain,3,3\n' >labels.csv
# shellcheck disable=SC2086
succeed train series labels.csv $brief --first-column label --hold-out 0 --save labels.model
succeed predict labels.model labels.csv --first-column label
[ "$(head -n 1 out)" = 'sequence,label,prediction,"p_a,b","p_ c","p_d ","p_e""f",p_plain' ] ||
    fail_run "the heading"
for line in '1,"a,b"' '2," c"' '3,"d "' '4,"e""f"' 5,plain; do
    grep -q "^$line," out || fail_run "the line $line,... was expected"
done
forge labels.model scaling "0 1e-30"
printf 'plain,1e30,2\n' >large
run predict forged large --first-column label
one_line 1
says "large: the number 1e+30 is too large for the scale of the model"

# ---------------------------------------------------------------------------
# A value that is never there has no error
# ---------------------------------------------------------------------------
awk 'BEGIN { for (i = 0; i < 30; i++) print i % 3 "," i % 5 }' >pairs.csv
sed 's/,.*/,?/' pairs.csv >holes.csv
# shellcheck disable=SC2086
succeed train series pairs.csv $brief --first-column value --hold-out 0 --save pairs.model
succeed eval pairs.model series holes.csv --first-column value
value_of rmse | grep -qx '[0-9.]* 0' || fail_run "no error of the second value was expected"

# ---------------------------------------------------------------------------
# What nobody reads is not computed: these would take years, and say once that a write failed
# ---------------------------------------------------------------------------
printf '60;62\n64;65\n60;62\n64;65\n' >notes
# shellcheck disable=SC2086
succeed train music notes $brief --hold-out 0 --save notes.model
if [ -c /dev/full ]; then
    awk 'BEGIN { for (i = 0; i < 3000; i++) print i % 7 "\n" i % 5 "\n" }' >many.csv
    awk 'BEGIN { for (i = 0; i < 3000; i++) print "plain," i % 7 "," i % 5 }' >many.labels
    awk 'BEGIN { for (i = 0; i < 3000; i++) print "60;62;64" }' >many.notes
    one_unit $one $zero $one
    forge unit.model scaling "0 1"
    awk 'BEGIN { for (i = 0; i < 3000; i++) print i % 7 }' >long.csv
    for command in "predict forged series --ahead 1000000000" "predict forged many.csv" \
        "predict forged long.csv" \
        "predict labels.model many.labels --first-column label" "predict notes.model many.notes" \
        "sample notes.model --length 1000000000000"; do
        last="$command >/dev/full"
        : >out
        status=0
        # shellcheck disable=SC2086
        "$SRNN" $command >/dev/full 2>err || status=$?
        one_line 1
        says "standard output"
    done
fi

echo "units: all as it should be"
