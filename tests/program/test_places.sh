#!/bin/sh
# Where files are written: behind symbolic links, beside what killed runs left, and one writer a
# log. Standard streams that are closed take no file's place.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"
holder=

tidy() {
    [ -z "$holder" ] || kill "$holder" 2>/dev/null || :
}
# End the process that holds a lock.
end_holder() {
    kill "$holder"
    wait "$holder" || :
    holder=
}

run_of="temporal-order --length 10 --hidden 4 --updates 2 --evaluate-sequences 10 --quiet"
# shellcheck disable=SC2086
succeed train $run_of --save model --checkpoint checkpoint --log log

# A link is followed, in its own folder and out of it, over others, and where nothing is yet.
mkdir here there
cp model there/old
chmod 640 there/old
ln -s old there/beside
ln -s ../there/beside here/over
ln -s "$scratch/there/whole" here/absolute
ln -s ../there here/folder
ln -s ../there/new here/dangling
for names in "there/beside there/old" "here/over there/old" "here/absolute there/whole" \
    "here/dangling there/new"; do
    link=${names% *}
    place=${names#* }
    [ ! -e "$place" ] || echo "something else" >"$place"
    # shellcheck disable=SC2086
    succeed train $run_of --save "$link"
    same model "$place" "behind the link $link"
    [ -L "$link" ] || fail "$link is no longer a link"
done
case $(ls -l there/old) in -rw-r-----*) ;; *) fail "the permissions changed" ;; esac
# shellcheck disable=SC2086
succeed train $run_of --save here/folder/other
same model there/other "a folder that is a link"
rm there/new
# shellcheck disable=SC2086
{
    succeed train $run_of --checkpoint here/dangling
    succeed train temporal-order --resume here/dangling --checkpoint here/dangling --updates 3 --quiet
    if [ ! -f there/new ] || [ ! -L here/dangling ]; then fail "a checkpoint behind a link"; fi
    succeed train $run_of --log here/over
    [ "$(head -n 1 there/old)" = "$(head -n 1 log)" ] || fail "a log behind a link"
}
succeed convert model --to pytorch --output here/over
[ -L here/over ] || fail "convert replaced a link"
only_files here over absolute folder dangling
only_files there old beside whole new other

# Links in a circle, and what is no regular file, also behind a link, are refused before the run.
ln -s circle here/round
ln -s round here/circle
ln -s round/file here/within
ln -s ../there here/down
mkfifo there/pipe
ln -s ../there/pipe here/pipe
ln -s /dev/null here/device
for output in --save --checkpoint; do
    for place in here/round here/within there/pipe here/pipe here/device here/down /dev/null; do
        # shellcheck disable=SC2086
        refuse 1 "$place: " train $run_of $output $place
    done
done
[ -p there/pipe ] || fail "the pipe is no more"
# shellcheck disable=SC2086
refuse 1 "here/round: " train $run_of --log here/round
# A file that is open as a standard stream is not replaced under its other names.
if [ -L /dev/stdout ]; then
    for name in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
        [ -L $name ] || continue
        status=0
        "$SRNN" convert model --to pytorch --output $name >stream 2>err || status=$?
        [ $status -eq 1 ] || fail "$name was replaced"
        [ ! -s stream ] || fail "something was written"
    done
    # But a log is written in place, and so goes to the file that a stream is.
    # shellcheck disable=SC2086
    "$SRNN" train $run_of --log /dev/stdout >>stream 2>err || fail "a log to /dev/stdout: $(cat err)"
    head -n "$(wc -l <log)" stream >stream.log
    same_but_seconds log stream.log "a log to /dev/stdout"
    # Where it would not be behind the lines, what the stream writes would fall on them.
    for name in /dev/stdout stream; do
        status=0
        # shellcheck disable=SC2086
        "$SRNN" train $run_of --log $name >stream 2>err || status=$?
        [ $status -eq 1 ] || fail "the log $name, which is standard output, was written"
        grep -q "^srnn: $name: standard output writes this file too" err || fail "a message: $(cat err)"
        [ ! -s stream ] || fail "something was written"
    done
    # Standard error writes between the lines, and what it appends would be lost below them.
    refused_log() {
        [ "$1" -eq 1 ] || fail "a log that is standard error was written"
        grep -qx 'srnn: stream: standard error writes this file too; use two files' stream ||
            fail "a message: $(cat stream)"
    }
    status=0
    # shellcheck disable=SC2086
    "$SRNN" train $run_of --log stream >out 2>stream || status=$?
    refused_log $status
    status=0
    # shellcheck disable=SC2086
    "$SRNN" train $run_of --log stream >out 2>>stream || status=$?
    refused_log $status
fi

# Two names of one file are one file.
ln -s shared one
ln -s ./shared two
awk 'BEGIN { while (i++ < 300) print "some text" }' >text
cp text text.kept
ln -s text alias
cp model kept
cp checkpoint checkpoint.kept
# shellcheck disable=SC2086
{
    refuse 2 "same file" train $run_of --save one --checkpoint two
    refuse 2 "same file" train $run_of --save one --log shared
    refuse 2 "same file" train $run_of --save model --checkpoint ./model
    refuse 2 "same file" train $run_of --save none --checkpoint ./none
    refuse 2 "same file" train temporal-order --from model --log ./model
    refuse 2 "same file" train temporal-order --resume checkpoint --log ./checkpoint
    refuse 2 "--save and --resume are the same file, checkpoint; use two files" train \
        --resume checkpoint --save ./checkpoint
    for name in save checkpoint log; do
        refuse 2 "--$name and --from are the same file, checkpoint; use two files" train temporal-order \
            --from checkpoint --$name ./checkpoint
    done
}
same checkpoint.kept checkpoint "the checkpoint"
# A model may be replaced by the one that is trained from it.
cp kept replaced
succeed train temporal-order --from replaced --length 10 --updates 1 --evaluate-sequences 10 --quiet \
    --save ./replaced
! cmp -s kept replaced || fail "the model was not replaced"
# One name in two folders is two files, also where one of them is a circle or has no folder.
mkdir left.folder right.folder
# shellcheck disable=SC2086
{
    succeed train $run_of --save left.folder/new --checkpoint right.folder/new
    succeed inspect left.folder/new
    [ -z "$(value_of updates)" ] || fail_run "a model was expected"
    succeed inspect right.folder/new
    [ -n "$(value_of updates)" ] || fail_run "a checkpoint was expected"
    refuse 1 "here/round: " train $run_of --save here/round --checkpoint left.folder/more
    refuse 1 "here/round: " train $run_of --save left.folder/more --checkpoint here/round
    refuse 1 "no.folder/new: " train $run_of --save left.folder/new --checkpoint no.folder/new
    refuse 1 "no.folder/more: " train $run_of --save no.folder/more --checkpoint left.folder/more
}
only_files left.folder new
refuse 2 "same file" train text text --log alias
refuse 2 "the FILE and --log are the same file, -" train text - --log alias <text
refuse 2 "--test and --save are the same file, -" train text text.kept --test - --save alias <text
refuse 2 "--output alias is a file that is read" sample model --prime-file - --output alias <text
refuse 2 "is a file that is read" convert model --to pytorch --output ./model
refuse 2 "same file" train text /dev/stdin --valid /dev/stdin
same kept model "the model"
same text.kept text "the text"

# What runs left that were killed while they wrote goes when the file is written again: with the name of a
# temporary, a minute old, and locked by no process. All else stays.
mkdir left
long_ago=200001010000
leave() {
    echo left >"left/$1"
    touch -t "$2" "left/$1"
}
leave model.srnn-Ab3xyZ $long_ago
leave checkpoint.srnn-ZZZZZZ $long_ago
leave model.srnn-locked $long_ago
leave model.srnn-Ab3xy $long_ago
leave model.srnn-Ab3xyZ7 $long_ago
leave model.srnn-Ab3.yZ $long_ago
leave other.srnn-Ab3xyZ $long_ago
leave model.XXXXXX $long_ago
mkdir left/model.srnn-folder
ln -s ../kept left/model.srnn-mylink
leave modelXsrnn-Ab3xyZ $long_ago
leave model.srnn-linked $long_ago
ln left/model.srnn-linked left/second
mkfifo left/model.srnn-apipes
touch -t $long_ago left/model.srnn-apipes
leave model.srnn-others $long_ago
others=
if chown 1 left/model.srnn-others 2>/dev/null; then others=model.srnn-others; fi
# shellcheck disable=SC2046
"${CC:-cc}" $(link_flags) -std=c99 -D_POSIX_C_SOURCE=200809L -o hold_lock \
    "$tree/tests/program/hold_lock.c" || fail "hold_lock does not build"
./hold_lock left/model.srnn-locked >held &
holder=$!
await "the lock" [ -s held ]
# A run that takes a minute may remove what was new at its start: then once more.
while :; do
    echo new >left/model.srnn-newone
    began=$(date +%s)
    # shellcheck disable=SC2086
    succeed train $run_of --save left/model --checkpoint left/checkpoint
    [ $(($(date +%s) - began)) -ge 60 ] || break
done
only_files left model checkpoint model.srnn-locked model.srnn-newone model.srnn-Ab3xy \
    model.srnn-Ab3xyZ7 model.srnn-Ab3.yZ other.srnn-Ab3xyZ model.XXXXXX model.srnn-folder \
    model.srnn-mylink modelXsrnn-Ab3xyZ model.srnn-linked second model.srnn-apipes $others
end_holder
# Every command that writes a file removes them.
leave weights.srnn-Ab3xyZ $long_ago
leave curves.srnn-Ab3xyZ $long_ago
succeed convert model --to pytorch --output left/weights
succeed figure curves log --y loss --output left/curves
[ "$(echo left/*.srnn-Ab3xyZ)" = left/other.srnn-Ab3xyZ ] || fail "left: $(ls left)"

# One writer a log: another run is refused, with the process that writes, and the log is as it was.
"$SRNN" train temporal-order --length 10 --hidden 4 --updates 1000000000000 --stop-error 0 \
    --evaluate-every 1000000000 --evaluate-sequences 10 --log written --checkpoint run --every 0.1 \
    --minutes 60 --quiet >out.first 2>err.first &
holder=$!
await "a checkpoint" [ -s run ]
# Its next checkpoint removes what was too new at its start.
echo left >run.srnn-Ab3xyZ
touch -t $long_ago run.srnn-Ab3xyZ
await "the end of a leftover" [ ! -e run.srnn-Ab3xyZ ]
cp written before
cp run copy
# shellcheck disable=SC2086
{
    refuse 1 "written: process $holder writes this log; name another --log" train $run_of --log written
    refuse 1 "process $holder writes this log" train $run_of --log ./written --save none
}
refuse 1 "process $holder" train temporal-order --resume copy --log written --quiet
[ ! -e none ] || fail "a run that could not log has saved"
same before written "a log that another run writes"
end_holder
# shellcheck disable=SC2086
{
    succeed train $run_of --log written
    succeed train $run_of --log /dev/null
}

# Standard streams that are closed. The log keeps its lines to itself.
shown=${run_of% --quiet}
# shellcheck disable=SC2086
"$SRNN" train $shown --log lines 2>&- || fail "standard error is closed"
same_but_seconds log lines "the log"
status=0
# shellcheck disable=SC2086
"$SRNN" train $shown --log lines --save again >&- 2>err || status=$?
[ $status -eq 1 ] || fail "a closed standard output is an error"
grep -q '^srnn: standard output: Bad file descriptor$' err || fail "a message: $(cat err)"
same model again "a model while standard output is closed"
same_but_seconds log lines "the log"
status=0
"$SRNN" predict model <&- >out 2>err || status=$?
[ $status -eq 1 ] || fail "a closed standard input is an error"
grep -q '^srnn: standard input: Bad file descriptor$' err || fail "a message: $(cat err)"
rm again lines
# shellcheck disable=SC2086
if "$SRNN" train $shown --save again --log lines <&- >&- 2>&-; then
    fail "no standard stream is open"
fi
same model again "a model without standard streams"
same_but_seconds log lines "the log"

# A file is looked at before it is read: a gigabyte of nothing, and a device without an end.
if dd if=/dev/zero of=sparse bs=1 count=0 seek=1073741824 2>/dev/null; then
    # shellcheck disable=SC3045 # where a shell has it
    (
        if addresses_can_be_limited; then ulimit -v 100000; fi
        refuse 1 "sparse: cannot load the model: not a safetensors file" inspect sparse
        refuse 1 "sparse: cannot load the model: not a safetensors file" eval sparse addition
        refuse 1 "not a safetensors file" convert sparse --to srnn --output none
    )
fi
for command in "inspect /dev/zero" "train text /dev/zero --quiet" "train series /dev/zero --quiet" \
    "convert /dev/zero --to srnn --output none" "figure curves /dev/zero --y loss"; do
    # shellcheck disable=SC2086
    refuse 1 "/dev/zero: a device, which may have no end" $command
done
refuse 1 "/dev/null: is empty" train text /dev/null

echo "places: files are where they belong"
