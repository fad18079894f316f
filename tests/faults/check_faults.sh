#!/bin/sh
# Each call of the program to the system fails, one in each run: every allocation, open, read, write,
# fsync, close, rename and so on, once or from there on. Then
#
# - the exit code is 0 or 1; a 0 comes with the results of a run without a fault, a 1 with a message;
# - each file is the old one or the new one, bit for bit; the log is a beginning of the new one;
# - no temporary is left, unless it could not be removed;
# - the same command, run again in what is there, has the results of a run without a fault.
#
# MOST lets so many calls of each kind fail in each command, spread evenly, in the place of all. ONLY
# names the commands, as `train resume`, and SHOWN is how many of the runs that go wrong are shown.
set -eu
. tests/program/library.sh
. tests/faults/shim.sh
cd "$scratch"

MOST=${MOST:-0}

# KIND:ERROR:MODE of shim.c. A short write or read, and what a file system does not have, be it the
# fsync of a folder, a lock or permissions, are no failures.
plan="memory:ENOMEM:once memory:ENOMEM:ever thread:EAGAIN:once
    open:EMFILE:once open:EACCES:ever
    read:EIO:once read:EIO:ever read:short:once read:short:ever read:EINTR:once
    write:ENOSPC:once write:ENOSPC:ever write:EIO:once write:short:once write:short:ever
    write:EINTR:once message:EIO:once message:EIO:ever
    fsync:EIO:once fsync:EIO:ever fsync:EINTR:once folder:EIO:once folder:EIO:ever
    close:EIO:once close:EIO:ever rename:EACCES:once rename:EACCES:ever
    unlink:EACCES:once unlink:EACCES:ever truncate:EIO:once chmod:EPERM:once chmod:EPERM:ever
    lock:ENOLCK:once lock:ENOLCK:ever lock:EAGAIN:once
    stat:EIO:once stat:EIO:ever seek:EIO:once list:EIO:once"

harmless="read:short write:short folder:EIO chmod:EPERM lock:ENOLCK list:EIO"

runs=0
bad=0
disturbed= # the run before a repeated one

# wrong TEXT: the last run was not as it should be. All of them are counted; some are shown.
wrong() {
    bad=$((bad + 1))
    [ $bad -gt "${SHOWN:-10}" ] || {
        echo "FAILED: $1"
        echo "    srnn $last: exit code $status${disturbed:+, after $disturbed}"
        sed 's/^/    /' "$scratch/err" | head -n 5
    }
}

# is_new FILE: it is in `disk` as after a run without a fault.
is_new() {
    cmp -s "disk/$1" "$name/after/$1"
}

# is_old FILE: it is in `disk` as it was before, which may be not at all.
is_old() {
    if [ -e "$name/before/$1" ]; then
        cmp -s "disk/$1" "$name/before/$1"
    else
        [ ! -e "disk/$1" ]
    fi
}

# is_begun FILE: it is a beginning of what it is after a run without a fault.
is_begun() {
    head -c "$(wc -c <"disk/$1")" "$name/after/$1" | cmp -s "disk/$1" -
}

# attempt COMMAND...: run it in the folder `disk`.
attempt() {
    cd disk
    watched "$@"
    cd ..
}

# Look at what the last run said and left: the fault was $1.
judge() {
    case $status in
    0 | 1) ;;
    *)
        wrong "exit code 0 or 1 was expected"
        return
        ;;
    esac
    if [ "$status" -eq 1 ]; then
        case " $harmless " in *" ${1%:*} "*) wrong "this is no failure" ;; esac
        case $1 in
        message:*) wrong "messages are no results" ;;
        # A thread that gets no memory cannot be started: so says the C library.
        memory:*) grep -Ei '^srnn: .*(memory|start . threads)' err >/dev/null || wrong "it says nothing of memory" ;;
        *) grep '^srnn: ..' err >/dev/null || wrong "a message was expected" ;;
        esac
    else
        cmp -s out "$name/out" || wrong "another result on standard output"
        if grep '^srnn: log: ' err >/dev/null; then wrong "a log with a fault, and exit code 0"; fi
        # A checkpoint on the way failed, and the run went on.
        case $1 in
        write:E* | fsync:* | rename:* | truncate:*)
            grep '^srnn: ..' err >/dev/null || wrong "a failure without a message"
            ;;
        esac
    fi
    changed=
    for file in $outputs; do
        if is_new "$file"; then
            is_old "$file" || changed=yes
        elif [ "$status" -eq 0 ]; then
            wrong "exit code 0 without the new $file"
        elif ! is_old "$file"; then
            changed=yes
            case $file in
            log) is_begun "$file" || wrong "the log is not the beginning of a whole one" ;;
            run) ;; # on the way: the repeated run loads it
            *) wrong "$file is neither the old one nor the new one" ;;
            esac
        fi
    done
    for file in disk/*; do
        case " $outputs $inputs " in
        *" ${file#disk/} "*) ;;
        *)
            case $1 in unlink:*) ;; *) wrong "${file#disk/} was left" ;; esac
            ;;
        esac
    done
}

# The log is as after a run without a fault, but for seconds. Where it was left incomplete and the
# repeated run goes on behind the gap, it says so.
has_lines_of_log() {
    if ! (same_but_seconds disk/log "$name/after/log" again) 2>/dev/null; then
        grep -q '^srnn: log: lines are missing between' err || return 1
        cut -d, -f1,3- "$name/after/log" >whole
        cut -d, -f1,3- disk/log | grep -Fxv -f whole >/dev/null && return 1
    fi
    return 0
}

# repeat COMMAND...: run it again in what the last run left. A checkpoint has its seconds in it, which
# are others where the run was divided otherwise.
repeat() {
    disturbed=$last
    attempt "$@"
    [ "$status" -eq 0 ] || wrong "the command, run again"
    for file in $outputs; do
        case $file in
        log) has_lines_of_log || wrong "again: the log" ;;
        run) [ "$(wc -c <disk/run)" -eq "$(wc -c <"$name/after/run")" ] || wrong "again: the checkpoint" ;;
        *) is_new "$file" || wrong "again: $file" ;;
        esac
    done
    disturbed=
}

# fresh: make `disk` what it was before the command.
fresh() {
    rm -rf disk
    cp -Rp "$name/before" disk
}

# calls KIND: the numbers of the calls that fail, of those of the run without a fault.
calls() {
    awk -v kind="$1" -v most="$MOST" '$1 == kind {
        n = $2
        if (most == 0 || n <= most) most = n
        for (i = 1; i <= most; i++)
            print int(most == 1 ? 1 : 1 + (i - 1) * (n - 1) / (most - 1) + 0.5)
    }' "$name/counts"
}

# every_fault NAME OUTPUTS COMMAND...: the command in a folder with the files of `before`, which become
# the inputs; the files OUTPUTS are what it writes, and some may be there before.
every_fault() {
    name=$1
    outputs=$2
    shift 2
    inputs=$(cd before && echo *)
    rm -rf "$name"
    mkdir "$name"
    mv before "$name/before"
    before=$runs
    fresh
    counted=$scratch/$name/counts
    attempt "$@"
    counted=
    [ "$status" -eq 0 ] || fail_run "the run without a fault"
    cp -R disk "$name/after"
    cp out "$name/out"
    fresh
    attempt "$@"
    for file in $outputs; do
        is_new "$file" || fail "$name: $file is another one in each run"
    done
    case " ${ONLY:-$name} " in
    *" $name "*) ;;
    *) return ;;
    esac
    for planned in $plan; do
        kind=${planned%%:*}
        mode=${planned##*:}
        error=${planned#*:}
        for number in $(calls "$kind"); do
            fresh
            fault="$kind $number ${error%:*} $mode"
            attempt "$@"
            fault=
            runs=$((runs + 1))
            echo "$kind $status" >>made
            judge "$planned"
            [ -z "$changed" ] || [ "$status" -eq 0 ] || repeat "$@"
        done
    done
    echo "$name: $((runs - before)) faults"
}

# make_before FILES...: the folder `before` with copies of these files.
make_before() {
    mkdir before
    [ $# -eq 0 ] || cp "$@" before
}

awk 'BEGIN { for (i = 0; i < 400; i++) printf "%s", substr("abcacb", 1 + i * i % 6, 1) }' >text
printf 'up|1 2;3 4\ndown|2 3;3 4\nup|1 2;3 5\ndown|2 2;3 4\n' >series
printf '60 64 67;60 64;;62\n60;62;64;65\n60 64 67;60 64;;62\n60;62;64;65\n' >music
order="temporal-order --length 10 --batch 4 --evaluate-every 3 --evaluate-sequences 20 --stop-error 0"
trained="$order --hidden 40 --updates 12 --save model --checkpoint run --every 0.1 --log log"

# shellcheck disable=SC2086
{
    make_before
    every_fault train "model run log" train $trained
    # The same with all files there, and threads.
    make_before
    for file in model run log; do
        cp "train/after/$file" before
        echo "old" >>"before/$file"
    done
    every_fault over "model run log" train $trained --threads 2 --quiet
    # From the checkpoint of update 6, with the log of all updates.
    make_before train/after/model train/after/log
    watched train $order --hidden 40 --updates 6 --checkpoint before/run --quiet
    every_fault resume "model run log" train temporal-order --resume run --updates 12 --save model \
        --checkpoint run --every 0.1 --log log --quiet
}
make_before text
every_fault train-text model train text text --hidden 8 --batch 4 --chunk 10 --updates 3 --save model
make_before series
every_fault train-series model train series series --hidden 3 --batch 2 --hold-out 0.5 --epochs 1 --save model
make_before music
every_fault train-music model train music music --hidden 4 --batch 2 --epochs 1 --hold-out 0.25 --save model

make_before train/after/model
every_fault eval "" eval model temporal-order --length 10,12 --sequences 10
make_before train/after/run
every_fault inspect "" inspect run
make_before train-text/after/model
every_fault sample "" sample model --length 50
make_before train-music/after/model
every_fault sample-music notes.mid sample model --length 20 --output notes.mid
make_before train-series/after/model series
every_fault predict "" predict model series
make_before train/after/model
every_fault convert weights convert model --to pytorch --output weights
make_before convert/after/weights
every_fault convert-back model convert weights --to srnn --output model
make_before train/after/model
every_fault flow "" flow model temporal-order --length 10
make_before train/after/log
echo old >before/curves.svg
every_fault figure curves.svg figure curves log --y loss --output curves.svg
make_before
every_fault bench "" bench --shape 2,3,4,5,6 --threads 2 --seconds 0.01

for planned in $plan; do
    [ -n "${ONLY:-}" ] || grep -q "^${planned%%:*} " made || fail "no call was of the kind ${planned%%:*}"
done
echo "faults by kind of call, and how many ended with a message and exit code 1:"
awk '{ made[$1]++; failed[$1] += $2 == 1 }
    END { for (kind in made) printf "    %-8s %5d %5d\n", kind, made[kind], failed[kind] }' made | sort
[ $bad -eq 0 ] || fail "$bad of $runs"
echo "faults: $runs, each as it should be"
