# shellcheck shell=sh
# readers.sh - what the tests of the readers of series share. To be sourced after
# tests/program/library.sh.

# The shortest training. What it reads shows in the model: its scale, labels and weights.
brief="--hidden 2 --updates 3 --init orthogonal --keep last --quiet"

# What the program says that it has read from file $1, with the options behind it.
reads() {
    _file=$1
    _text=$2
    shift 2
    # shellcheck disable=SC2086
    run train series "$_file" --hidden 2 --updates 1 --hold-out 0.5 "$@"
    # shellcheck disable=SC2154 # run sets it
    [ "$status" -eq 0 ] || fail_run "$_file was to be read"
    grep -qxF "$_file: $_text" err || fail_run "was to be read: $_text"
}

# same_model FILE FILE OPTIONS: two files give the same model, byte by byte; the options are for the
# second.
same_model() {
    _one=$1
    _other=$2
    shift 2
    # shellcheck disable=SC2086
    succeed train series "$_one" $brief --hold-out 0.25 --save one.model
    # shellcheck disable=SC2086
    succeed train series "$_other" $brief --hold-out 0.25 --save other.model "$@"
    same one.model other.model "$_one and $_other"
}

# refuse_file MESSAGE TEXT OPTIONS: a file with a text, in the notation of printf.
refuse_file() {
    _message=$1
    # shellcheck disable=SC2059
    printf "$2" >bad.csv
    shift 2
    refuse 1 "$_message" train series bad.csv --quiet "$@"
}
