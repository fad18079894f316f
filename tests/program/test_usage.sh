#!/bin/sh
# The command line: help is complete and goes to standard output; whatever makes
# no sense is refused with exit code 2 and one line, before anything is done.
set -eu
. tests/program/library.sh

# The options of each command: the promise that is kept from version to version.
options_of() {
    case $1 in
    train)
        echo as-published hidden activation init from no-biases seed length grow targets reading values positions \
            chunk ahead quarter-steps first-column last-column separator skip-lines hold-out hold-out-from drop batch valid test optimizer rate schedule cost clip nonfinite \
            omega weight-decay omega-form omega-schedule omega-bound updates epochs patience minutes stop-error evaluate-every \
            evaluate-sequences evaluate-steps evaluate-length keep threads save checkpoint every resume log quiet help
        ;;
    eval) echo length sequences values positions chunk ahead quarter-steps first-column last-column separator skip-lines \
        hold-out hold-out-from batch seed threads adapt adapt-drift help ;;
    inspect) echo help ;;
    predict) echo ahead first-column last-column separator skip-lines quarter-steps raw ids help ;;
    sample) echo length temperature seed prime prime-file output quarter-steps help ;;
    convert) echo to output activation output-kind help ;;
    flow) echo length sequences reading values positions seed csv help ;;
    figure) echo output x y by title logarithmic csv help ;;
    bench) echo shape last threads omega seconds csv help ;;
    demo) echo output updates help ;;
    esac
}
commands="train eval inspect predict sample convert flow figure bench demo"

# An option that is not given and has no default is zero, whatever was in its memory.
# shellcheck disable=SC2046
build_helper unset_options $(program_objects commands training tasks storage support)
"$scratch/unset_options" >"$scratch/unset"
echo "$commands" | tr ' ' '\n' | diff - "$scratch/unset" >"$scratch/difference" ||
    fail "options that are not zero: $(cat "$scratch/difference")"

# Help: exit code 0, on standard output alone, in every way to call it.
for option in --help -h help "help help" "help --help" "help -h"; do
    # shellcheck disable=SC2086
    succeed $option
    [ ! -s "$scratch/err" ] || fail_run "help belongs to standard output"
    for command in $commands; do
        grep -q "^  $command " "$scratch/out" || fail_run "the help does not name $command"
    done
    for code in 0 1 2 3 130; do
        grep -q "^  $code  " "$scratch/out" || fail_run "the help lacks exit code $code"
    done
done
for command in $commands; do
    succeed "$command" --help
    [ ! -s "$scratch/err" ] || fail_run "help belongs to standard output"
    sed -n 's/^  --\([a-z-]*\).*/\1/p' "$scratch/out" | sort >"$scratch/in_help"
    options_of "$command" | tr ' ' '\n' | sort >"$scratch/known"
    diff "$scratch/known" "$scratch/in_help" >"$scratch/difference" ||
        fail_run "the help of $command names other options: $(cat "$scratch/difference")"
    awk 'length($0) > 90' "$scratch/out" >"$scratch/long"
    [ ! -s "$scratch/long" ] || fail_run "lines of more than 90 columns: $(cat "$scratch/long")"
    cp "$scratch/out" "$scratch/help"
    for other in "$command -h" "help $command"; do
        # shellcheck disable=SC2086
        succeed $other
        same "$scratch/help" "$scratch/out" "srnn $other"
    done
done

succeed --version
grep -q '^srnn [0-9]*\.[0-9]*\.[0-9]*$' "$scratch/out" || fail_run "no version"
cp "$scratch/out" "$scratch/version"
succeed -V
same "$scratch/version" "$scratch/out" "srnn -V"

# Commands, options and operands that there are not. `refuse` asks for exit code
# 2, one line, and nothing on standard output.
misuse() {
    refuse 2 "$@"
}
misuse "no command"
misuse "'nonsense'" nonsense
misuse "'--nonsense'" --nonsense
misuse "'nonsense'" help nonsense
for command in $commands; do
    misuse "'--nonsense'" "$command" --nonsense
    misuse "'-n'" "$command" -n
    misuse "'--=3'" "$command" --=3
    misuse "too many" "$command" 1 2 3 4 5 6 7 8 9 10 11 12 13 14
done
# A file whose name begins with a dash.
(
    cd "$scratch"
    touch ./-file.st
    misuse "unknown option '-file.st'; the file of this name is ./-file.st" inspect -file.st
    touch ./--hidde
    misuse "did you mean --hidden" train addition --hidde 3
) || exit 1
misuse "extra" help train extra
misuse "extra" --version extra
misuse "extra" --help extra
misuse "extra" help help extra
misuse "too few" train
misuse "too few" eval
misuse "too few" eval model.safetensors
misuse "too few" figure
misuse "too few" flow
misuse "too few" flow model.safetensors
misuse "too few" convert
misuse "extra" convert model.safetensors extra
for command in inspect predict sample; do
    misuse "too few" "$command"
done
for arguments in "inspect model" "predict model file" "sample model"; do
    # shellcheck disable=SC2086
    misuse "extra" $arguments extra
done
misuse "extra" demo extra
misuse "extra" bench extra
misuse "'nonsense'" train nonsense
misuse "'nonsense'" eval model.safetensors nonsense
misuse "train: text needs a file" train text
misuse "file" train music
misuse "file" train series
misuse "eval: text needs a file" eval model.safetensors text
misuse "train: addition is a task without a file" train addition README.md
misuse "eval: addition is a task without a file" eval model.safetensors addition README.md
misuse "train: 'README.md' is a file, no task; the task comes before it" train README.md
misuse "eval: 'README.md' is a file, no task; the task comes before it" eval model.safetensors README.md

# What was meant is said of a name that is nearly one of those that there are: a character more,
# less or another, two exchanged, capitals, or its beginning. Else nothing is.
meant() {
    _meant=$1
    shift
    misuse "; did you mean $_meant? " "$@"
}
meant train trian
meant train TRAIN
meant train tran
meant train traiin
meant train trayn
meant convert convret
meant help hepl
meant --version --verison
meant sample help sampel
meant temporal-order train temporal-ordr
meant temporal-order-3bit train temporal-order-3bits
meant temporal-order eval model tmporal-oredr
meant addition flow model Addition
meant series train serie
meant --hidden train --hiden 3
meant --hidden train -hidden 3
meant --hidden train --Hidden=3
meant --evaluate-every train --evaluate 3
meant --help sample --halp
meant --temperature sample --temp 1
meant --output-kind convert --output_kind softmax
meant adam train addition --optimizer Adam
says "not one of the choices; did you mean adam? it takes sgd, momentum, nesterov, rmsprop or adam"
meant smart-tanh train addition --init smart_tanh
meant pytorch convert model --to PyTorch
meant smooth train addition --clip smoth:1
meant quantile train addition --clip norm:quantil:0.9
meant curves figure curve
for line in x abc '' 'train x' 'train --x' 'train --' 'train addition --init x' 'figure x' \
    'train addition --clip norm:x' "$(awk 'BEGIN { while (i++ < 5000) printf "t" }')"; do
    # shellcheck disable=SC2086
    misuse "" $line
    if grep -q "did you mean" "$scratch/err"; then fail_run "nothing is near"; fi
done

# After -- nothing is an option.
misuse "'--hidden'" train -- --hidden

# Every option with a value says so when there is none, and each but the names
# of files, to which any text will do, refuses a value that is none of its own.
for command in train eval predict sample convert flow bench; do
    for option in $(options_of "$command"); do
        case $command-$option in
        *-help | *-quiet | *-csv | *-last | *-raw | *-ids | *-no-biases | *-as-published)
            [ "$option" = help ] || misuse "--$option" "$command" "--$option=1"
            ;;
        *-save | *-checkpoint | *-resume | train-from | *-log | *-prime | *-prime-file | *-valid | *-test | \
            convert-output | sample-output)
            misuse "--$option" "$command" a "--$option"
            ;;
        *)
            misuse "--$option" "$command" "--$option"
            misuse "--$option" "$command" "--$option" nonsense
            misuse "--$option" "$command" "--$option="
            misuse "--$option" "$command" "--$option=-1"
            ;;
        esac
    done
done
misuse "--ids" predict --ids=1
misuse "--ahead 0" predict model.safetensors file --ahead 0
misuse "--ahead does not apply without a FILE" predict model.safetensors --ahead 3
misuse "--separator does not apply without a FILE" predict model.safetensors --separator tab
misuse "--raw does not apply to a FILE" predict model.safetensors file --raw
misuse "--ids does not apply to a FILE" predict model.safetensors file --ids
misuse "--output" demo --output

# Numbers out of bounds, and a message that says of which option. What is before
# the option keeps the run short if it is not refused.
bad_train() {
    _option=$1
    for _value in $2; do
        misuse "$_option $_value: " train temporal-order --length 10 --updates 1 \
            --evaluate-sequences 10 "$_option" "$_value"
    done
}
bad_train --hidden "0 65537 1.5 1e2 99999999999999999999999 50x +5"
bad_train --seed "18446744073709551616 x"
bad_train --length "0 20:20 30:20 20: :20 20:30:40 100001"
bad_train --batch "0 65537"
misuse "--rate 1e-400: out of range: too close to 0" train addition --rate 1e-400
misuse "--rate -1e400: out of range: too far from 0" train addition --rate -1e400
misuse "whose decimal mark is a point" train addition --rate 0,01
bad_train --rate "-0.1 1e7 nan inf 1e999 0x10 +0x10 0.1m 1,5"
# bad_clip WHAT VALUES: also says what is wrong with them.
bad_clip() {
    bad_train --clip "$2"
    for _value in $2; do
        misuse "--clip $_value: $1; " train temporal-order --clip "$_value" --updates 1
        says "it takes "
    done
}
kinds="norm, smooth, tensor, value, unit, error, growth, none or auto"
rules="fixed, quantile, mean, polyak, trust or auto"
bad_clip "no such kind" "sideways sideways:1 sideways:mean:1 no normal:1 Norm"
says "$kinds"
bad_clip "the kind is missing" ": :1 :mean:1"
says "$kinds"
misuse "--clip needs a value: KIND[:RULE][:NUMBER], with the kind $kinds" train temporal-order --clip
bad_clip "no such rule" "norm:x norm:inf norm:means norm:x:1 smooth:polya:0.1"
says "smooth:RULE:NUMBER, with the rule $rules"
bad_clip "this kind has no rules" "error:fixed growth:trust tensor:mean unit:mean:1 value:mean"
says "value:NUMBER, from 1e-30 to 1e+30"
bad_clip "it has no number" "none:1 none:mean auto:x auto:1 norm:auto:1 smooth:auto:0.5"
says "smooth:auto alone"
bad_clip "a part is empty" "none: norm: norm::1 norm:: norm:mean: norm:mean::1 value:"
bad_clip "too many parts" "norm:1:2 value:1: norm:mean:1:2"
says "norm:mean:NUMBER, from 0.001 to 1000"
bad_clip "not a number" "norm:{ norm:1x norm:- value:x norm:mean:x norm:mean:fixed error:0x10"
bad_clip "too small" "norm:0 norm:-1 norm:quantile:0.001 smooth:mean:0 norm:polyak:0 norm:trust:0 growth:0.9"
bad_clip "too large" "norm:1e31 norm:mean:1001 norm:polyak:1.1 smooth:trust:1001 norm:quantile:1"
says "norm:quantile:NUMBER, from 0.01 to 0.99"
# The rule that was typed is not what was meant: its number is wrong.
if grep -q "did you mean" "$scratch/err"; then fail_run "a hint at what was typed"; fi
misuse "--clip norm:auto:1: it has no number; it takes norm:auto alone" train addition --clip norm:auto:1
bad_train --omega "-1 1e7 nan"
bad_train --stop-error "-0.1 1.1"
bad_train --minutes "-1 1e7"
bad_train --evaluate-every "0"
bad_train --evaluate-sequences "0"
bad_train --threads "0 100000"
bad_train --every "0 0.05s 1d 1ms"
# Omega's options do nothing where its weight is 0 by default. With --omega 0 nothing else is meant.
for option in "omega-form script" "omega-schedule inverse" "omega-bound 1e-6"; do
    # shellcheck disable=SC2086
    misuse "--${option% *} has no effect without --omega" train text README.md --$option
    # shellcheck disable=SC2086
    succeed train text README.md --hidden 2 --updates 1 --omega 0 --$option --checkpoint "$scratch/omega"
    # shellcheck disable=SC2086
    succeed train text README.md --resume "$scratch/omega" --updates 2 --$option
    # shellcheck disable=SC2086
    succeed train text README.md --hidden 2 --updates 1 --omega 1 --$option
done
misuse "--every is the time between checkpoints, and needs --checkpoint" train addition --every 5m
# A name that is empty, as that of a variable that is not set, is no file's.
for option in from save checkpoint log resume valid test; do
    misuse "--$option '': an empty name; it takes" train text README.md --$option ""
done
misuse "--output '': an empty name" demo --output ""
misuse "--output '': an empty name" figure wall --output=
for option in save checkpoint log; do
    misuse "--$option -: not standard output" train addition --$option -
done
misuse "an argument is empty" train text ""
misuse "an argument is empty" inspect ""
misuse "--values" train memorization --values 1 --updates 1
misuse "--positions" train memorization --positions 0 --updates 1
misuse "--hold-out" train text README.md --hold-out 1 --updates 1
misuse "--hold-out" train text README.md --hold-out 1.5 --updates 1
misuse "--hold-out 0 leaves nothing to evaluate" eval model series README.md --hold-out 0
misuse "not a whole number; it takes a whole number from 0 to 1000000000000000" train addition --updates 1e6
misuse "--updates" train temporal-order --evaluate-sequences 10 --schedule linear --updates 0
misuse "--shape" bench --shape 1,2,3,4
misuse "--shape" bench --shape 1,2,3,4,0
misuse "use one" sample model.safetensors --prime a --prime-file b
misuse "--temperature" sample model.safetensors --temperature -1
for list in 0 '100,' ',100' 200:100 100-200 1000001; do
    misuse "--length" eval model.safetensors temporal-order --length "$list"
done

misuse "--length 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1: too many lengths" \
    eval model.safetensors temporal-order --length 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1
misuse "sequences must have at least 10 steps, not 5" train temporal-order --length 20 --evaluate-length 5
misuse "sequences must have at least 10 steps, not 5" train temporal-order --length 5 --evaluate-length 20
misuse "sequences must have at least 10 steps, not 0" train temporal-order --length 20 --evaluate-length 0:5
misuse "sequences must have at least 10 steps, not 0" train temporal-order --length 20 --evaluate-length 0:500
mkdir "$scratch/folder"
misuse "unknown task '$scratch/folder'" train "$scratch/folder"

# An option that means nothing for the task is not passed over in silence.
misuse "--values" train temporal-order --values 3 --updates 1
misuse "--reading" train addition --reading next --updates 1
misuse "--chunk" train addition --chunk 3 --updates 1
misuse "--length" train text README.md --length 30 --updates 1
misuse "flow: --values does not apply to temporal-order" flow model.safetensors temporal-order --values 3
misuse "--sequences" eval model.safetensors text README.md --sequences 5

# What --adapt cannot do.
for rate in 0 -1 nan inf 1e7 0x1 0.1m; do
    misuse "--adapt $rate: " eval model.safetensors text README.md --adapt "$rate"
done
for share in -0.1 1.1 nan; do
    misuse "--adapt-drift $share: " eval model.safetensors text README.md --adapt 1 --adapt-drift "$share"
done
misuse "needs --adapt" eval model.safetensors text README.md --adapt-drift 0.1
misuse "--adapt does not apply to addition" eval model.safetensors addition --adapt 0.1
misuse "--batch 1, not 7" eval model.safetensors text README.md --adapt 0.1 --batch 7
misuse "--ahead 1, not 5" eval model.safetensors text README.md --adapt 0.1 --ahead 5

# A program without MPI refuses to be one of several processes of mpirun, but for help.
for name in OMPI_COMM_WORLD_SIZE PMI_SIZE; do
    for command in "train temporal-order" "eval model.safetensors addition" "inspect model.safetensors"; do
        # shellcheck disable=SC2086
        (export $name=2 && misuse "mpirun started 2 processes" $command)
    done
    (export $name=2 && succeed help train && succeed --version)
    (export $name=1 && misuse "unknown task" train nonesuch)
    (export $name= && misuse "unknown task" train nonesuch)
done

# Each task refuses a shorter sequence than it can make, and names the shortest.
for task in temporal-order temporal-order-3bit addition multiplication; do
    misuse "10 steps" train "$task" --length 9 --updates 1
done

# Two files of a run with the same name: one of them would be lost.
cd "$scratch"
echo "some text, long enough to be read in two streams and still to have an end" >text
cp text kept
once="--updates 1 --evaluate-sequences 10"
for pair in "--save one --checkpoint one" "--save one --log one" "--checkpoint one --log one"; do
    # shellcheck disable=SC2086
    misuse "one" train temporal-order --length 10 $once $pair
    [ ! -e one ] || fail "$pair: a file was written"
done
for option in --save --checkpoint --log; do
    misuse "text" train text text --hidden 4 --batch 2 --updates 1 "$option" text
    same kept text "$option with the name of the text"
done

echo "the command line: all as it should be"
