#!/bin/sh
# A full disk, a folder that takes no files, a file size limit: one line, exit
# code 1, and what was there before stays byte for byte, with no temporary beside
# it. Files that could not be written at the end are refused at the beginning.
set -eu
. tests/program/library.sh
cd "$scratch"
mounted=

tidy() {
    [ -z "$mounted" ] || umount "$mounted" 2>/dev/null || :
}

short="temporal-order --length 12 --updates 1 --evaluate-sequences 10 --quiet"
# 100 hidden units: a model of more than 40 KB, and a checkpoint too.
large="$short --hidden 100"
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%s", substr("abcacb", 1 + i * i % 6, 1) }' >text
# shellcheck disable=SC2086
{
    succeed train $short --hidden 8 --save model --checkpoint checkpoint
    succeed train text text --hidden 300 --batch 4 --updates 1 --quiet --save letters
}

# Standard output full: every command reports it. What a run saves is saved before.
full() {
    last="$* >/dev/full"
    : >out
    status=0
    "$SRNN" "$@" >/dev/full 2>err <steps || status=$?
    one_line 1
    says "standard output"
}
echo 0 >steps
if [ -c /dev/full ]; then
    full --help
    full --version
    full help train
    full eval --help
    full inspect model
    full eval model temporal-order --length 12 --sequences 10
    full eval letters text text
    full predict model --ids
    full sample letters
    full sample letters --length 100000000
    full bench --shape 2,3,4,5,6 --threads 1 --seconds 0.01
    full bench --shape 2,3,4,5,6 --threads 1 --seconds 0.01 --csv
    # shellcheck disable=SC2086
    full train $short --hidden 8 --save again
    same model again "a result that could not be printed"
    # The log is tried at the beginning. A file that is not a regular one is
    # never replaced.
    # shellcheck disable=SC2086
    {
        refuse 1 /dev/full train $short --log /dev/full
        refuse 1 /dev/full train $short --save /dev/full
        refuse 1 /dev/full train $short --checkpoint /dev/full
    }
    [ -c /dev/full ] || fail "/dev/full is no more"
fi

# Files that cannot be written are refused before any work: this run would take
# years. Nothing is left, and what was there stays.
mkdir folder
endless="temporal-order --updates 1000000000000 --stop-error 0 --quiet"
places="none/file folder model/file"
[ ! -d /proc/self ] || places="$places /proc/file"
if [ "$(id -u)" -ne 0 ]; then
    mkdir locked
    chmod 555 locked
    places="$places locked/file"
fi
for place in $places; do
    # shellcheck disable=SC2086
    {
        refuse 1 "$place" train $endless --save "$place" --log log
        refuse 1 "$place" train $endless --checkpoint "$place" --save new --log log
        refuse 1 "$place" train $endless --log "$place" --save new --checkpoint other
    }
    case $place in folder) ;; *) refuse 1 "$place" demo --output "$place" ;; esac
    [ ! -e log ] || fail "$place: a log was begun"
done
only_files folder
ls >seen
if grep -Eq '^(new|other|model.|folder.)' seen; then
    fail "something was left: $(cat seen)"
fi

# What a run that could not write its files at the end left behind in folder
# $1: nothing but the old files as they were.
old_stays() {
    same model "$1/model" "$2: the old model"
    same checkpoint "$1/checkpoint" "$2: the old checkpoint"
    only_files "$1" model checkpoint
}
old_files() {
    cp model checkpoint "$1"
}

# A limit on the size of files, 4096 bytes: writing fails midway.
limited() {
    last="(at most 4096 bytes in a file) $*"
    status=0
    (
        ulimit -f 8
        "$SRNN" "$@" >out 2>err
    ) || status=$?
}
old_files folder
# shellcheck disable=SC2086
for output in "--save folder/model" "--checkpoint folder/checkpoint"; do
    limited train $large $output
    one_line 1
    says "${output#* }: "
    [ "$(value_of end)" = updates ] || fail_run "the result was to be printed all the same"
    old_stays folder "a size limit"
done
# A file that was not there is not there afterwards either.
# shellcheck disable=SC2086
limited train $large --save folder/new
one_line 1
old_stays folder "a size limit"
# Both fail: a line for each.
# shellcheck disable=SC2086
{
    limited train $large --save folder/model --checkpoint folder/checkpoint
    [ "$status $(wc -l <err)" = "1 2" ] || fail_run "two lines and exit code 1 were expected"
    [ "$(grep -c '^srnn: folder/' err)" -eq 2 ] || fail_run "two messages were expected"
    old_stays folder "a size limit"
}
# The log fails midway: the run goes on, the model is saved, exit code 1.
# shellcheck disable=SC2086
{
    limited train $short --hidden 8 --updates 100 --evaluate-every 1 --save folder/model \
        --log folder/log
    one_line 1
    says "folder/log"
    [ "$(value_of updates)" = 100 ] || fail_run "the run was to go on"
    succeed train $short --hidden 8 --updates 100 --evaluate-every 1 --save again
    same again folder/model "a log that could not be written"
    rm -f folder/log
    old_files folder
}
# Standard output beyond the limit ends with a message, not by a signal.
limited sample letters --length 100000
one_line 1
says "standard output"

# A checkpoint on the way that fails is reported and tried again; the run goes on, and
# resuming from the old one still works.
# Messages must fit into the 4096 bytes too: a slow program ends after three seconds, and with 30.
# shellcheck disable=SC2086
{
    limited train $large --updates 1500 --minutes 0.05 --checkpoint folder/checkpoint --every 0.1s
    [ "$status" -eq 1 ] || fail_run "exit code 1 was expected"
    grep -v '^srnn: folder/checkpoint: ' err >odd && fail_run "other lines: $(cat odd)"
    [ "$(wc -l <err)" -ge 3 ] || fail_run "two checkpoints on the way and the last were to be tried"
    old_stays folder "checkpoints on the way"
}
succeed train temporal-order --resume folder/checkpoint --updates 3 --quiet

# A real full disk, where one can be made: 64 KB in memory.
mkdir disk
if mount -t tmpfs -o size=64k full disk 2>/dev/null; then
    mounted=$scratch/disk
    old_files disk
    # shellcheck disable=SC2086
    for output in "--save disk/model" "--checkpoint disk/checkpoint" "--save disk/new"; do
        run train $large --hidden 200 $output
        one_line 1
        says "${output#* }: No space left"
        old_stays disk "a full disk"
    done
    run train text text --hidden 200 --batch 4 --updates 1 --quiet --save disk/letters
    one_line 1
    says "No space left"
    old_stays disk "a full disk"
    # Filled to the last byte: what can be seen at the beginning is reported then.
    cat /dev/zero >disk/filling 2>/dev/null || :
    # shellcheck disable=SC2086
    {
        run train $short --hidden 8 --save disk/model --log disk/log
        one_line 1
        says "No space left"
        refuse 1 disk/log train $endless --log disk/log
    }
    rm -f disk/filling disk/log
    old_stays disk "a disk that is full to the last byte"
    "$SRNN" sample letters --length 1000000 >disk/sample 2>err && fail "a sample on a full disk"
    [ "$(grep -c '^srnn: standard output' err)" -eq 1 ] || fail "sample: $(cat err)"
    umount disk
    mounted=
else
    echo "no file system could be mounted; a size limit stands for the full disk"
fi

# Replaced in one step: the new file has the permissions of the old one, and a
# link to the old file still has the old bytes.
cp model folder/model
chmod 640 folder/model
ln folder/model folder/link
# shellcheck disable=SC2086
succeed train $short --hidden 9 --save folder/model
same model folder/link "the old file under its other name"
case $(ls -l folder/model) in -rw-r-----*) ;; *) fail "the permissions changed" ;; esac
succeed inspect folder/model
[ "$(value_of hidden)" = 9 ] || fail_run "it was not replaced"
only_files folder model checkpoint link
# It belongs to who runs the program: it does not run as the old one's owner did.
chmod 4750 folder/model
# shellcheck disable=SC2086
succeed train $short --hidden 9 --save folder/model
case $(ls -l folder/model) in -rwxr-x---*) ;; *) fail "the bit of another user's rights" ;; esac
only_files folder model checkpoint link

echo "the disk: nothing was lost"
