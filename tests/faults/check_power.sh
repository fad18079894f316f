#!/bin/sh
# The power fails, at each point of a run, in every way that power.py knows: what was not synchronised
# is lost, torn or reordered. Then
#
# - the model and the checkpoint are whole, and no older than the last that was saved;
# - the run goes on from the checkpoint, or from its beginning where it had none, and ends with the
#   model and the log of a run that nothing stopped;
# - what was being written goes at the next start.
set -eu
. tests/program/library.sh
. tests/faults/shim.sh
tests/install_tool.sh python3
tree=$PWD
cd "$scratch"

settings="temporal-order --length 10 --hidden 40 --batch 4 --evaluate-every 2 --evaluate-sequences 20
    --stop-error 0"
# A log in another folder: its name is synchronised with that one.
files="--save model --checkpoint run --every 0.1 --log logs/log --quiet"
disks=0
bad=0

# wrong DISK TEXT: the disk was not as it should be. All are counted, and some shown.
wrong() {
    bad=$((bad + 1))
    [ $bad -gt "${SHOWN:-10}" ] || {
        echo "FAILED: disk $1: $2"
        echo "    srnn $last: exit code $status"
        sed 's/^/    /' err | head -n 5
    }
}

# fails_during NAME COMMAND...: the power fails during the command, which begins with the files of
# `before`. The disks are then in NAME.
fails_during() {
    disks_of=$1
    shift
    rm -rf during record
    cp -Rp before during
    cd during
    recorded=$scratch/record
    watched "$@"
    recorded=
    cd ..
    [ "$status" -eq 0 ] || fail_run "the run that is recorded"
    mkdir "$disks_of"
    python3 "$tree/tests/faults/power.py" record before "$disks_of" model run >counted ||
        fail "$disks_of: $(cat counted)"
    echo "$disks_of: $(cat counted)"
}

# goes_on DISK: the run of this disk goes on, or begins, and ends as one that nothing stopped.
goes_on() {
    cd "$1"
    touch -c -t 200001010000 ./*.srnn-?????? 2>/dev/null || :
    for _file in model run; do
        [ ! -e "$_file" ] || {
            watched inspect "$_file"
            [ "$status" -eq 0 ] || wrong "$1" "$_file does not load"
        }
    done
    # shellcheck disable=SC2086
    if [ -e run ]; then
        watched train temporal-order --resume run --updates 12 $files
    else
        watched train $settings --updates 12 $files
    fi
    cd "$scratch"
    disks=$((disks + 1))
    [ "$status" -eq 0 ] || wrong "$1" "the run does not go on"
    [ ! -s err ] || wrong "$1" "a message"
    cmp -s "$1/model" whole/model || wrong "$1" "another model"
    (same_but_seconds "$1/logs/log" whole/logs/log "") 2>/dev/null || wrong "$1" "another log"
    (only_files "$1" model run logs logs/log) 2>/dev/null || wrong "$1" "something was left: $(ls "$1")"
}

mkdir before before/logs
cp -R before whole
cd whole
# shellcheck disable=SC2086
watched train $settings --updates 12 $files
cd ..

# From the beginning.
# shellcheck disable=SC2086
fails_during begun train $settings --updates 12 $files
for disk in begun/*; do
    goes_on "$disk"
done

# From a checkpoint, with the log and the model of a run that had gone further.
cp whole/model before
cp whole/logs/log before/logs
# shellcheck disable=SC2086
watched train $settings --updates 7 --checkpoint before/run --quiet
# shellcheck disable=SC2086
fails_during resumed train temporal-order --resume run --updates 12 $files
for disk in resumed/*; do
    goes_on "$disk"
done

# From a checkpoint, with a log that begins there: its lines are those of the rest of the run.
rm before/logs/log
sed '2,4d' whole/logs/log >rest
mv rest whole/logs/log
# shellcheck disable=SC2086
fails_during new-log train temporal-order --resume run --updates 12 $files
for disk in new-log/*; do
    goes_on "$disk"
done

# A run that begins where another has left its files: those of the one or of the other.
cp whole/logs/log before/logs
# shellcheck disable=SC2086
fails_during over train $settings --seed 2 --updates 12 $files

# Without checkpoints: at the end, what power.py looks at too, all is on the disk.
# shellcheck disable=SC2086
fails_during alone train $settings --updates 12 --save model --log logs/log --quiet

# A log behind a link that leads to another folder: its name is synchronised there.
mkdir linked linked/logs
ln -s logs/log linked/link
cd linked
rm -f ../record
recorded=$scratch/record
# shellcheck disable=SC2086
watched train $settings --updates 2 --log link --quiet
recorded=
cd ..
[ -f linked/logs/log ] || fail "there is no log behind the link"
grep -aq '^open [0-9]* 0 logs/\.$' record || fail "the folder behind the link is not synchronised"

[ $bad -eq 0 ] || fail "$bad wrong, of $disks disks"
echo "power: $disks disks, each as it should be"
