#!/bin/sh
# `srnn train` on several processes of mpirun, with BUILD of `make MPI=1` and PLAIN, the program that
# was built without MPI. One rank has the bits of PLAIN; a number of ranks has the same bits each
# time, also when the run is stopped and resumed; its losses are those of one rank, to 1e-5. A rank
# that dies ends the run, and the last checkpoint is whole. What does not fit is refused.
set -eu
. tests/program/library.sh
PLAIN=$(cd "$(dirname "$PLAIN")" && pwd)/$(basename "$PLAIN")
cd "$scratch"
mkdir run
mpi=

tidy() {
    [ -z "$mpi" ] || kill -9 "$mpi" 2>/dev/null || :
}

as_root=
[ "$(id -u)" -ne 0 ] || as_root=--allow-run-as-root
# mpirun with its options: there may be fewer processors than ranks. Ranks that wait for ever are
# ended.
cat >mpirun <<EOF
exec mpirun.openmpi $as_root --oversubscribe --bind-to none --timeout 600 "\$@"
EOF
# Each rank leaves its process id where its number says.
cat >rank <<EOF
echo \$\$ >run/pid.\$OMPI_COMM_WORLD_RANK
exec "$SRNN" "\$@"
EOF
printf '#!/bin/sh\nexec "%s" "$@"\n' "$PLAIN" >plain
chmod +x plain

# Run mpirun, then as `run` of the library.
spread() {
    last="under mpirun $*"
    status=0
    sh mpirun "$@" >out 2>err || status=$?
}
# ranks NUMBER ARGUMENTS...: the program on so many ranks, which must succeed.
ranks() {
    _number=$1
    shift
    spread -n "$_number" "$SRNN" "$@"
    [ "$status" -eq 0 ] || fail_run "exit code 0 was expected"
}
# not_on CODE TEXT MPIRUN-ARGUMENTS...: refused with this exit code, in one line of the program's.
not_on() {
    _code=$1
    _text=$2
    shift 2
    spread "$@"
    [ "$status" -eq "$_code" ] || fail_run "exit code $_code was expected"
    grep '^srnn: ' err >lines || :
    [ "$(wc -l <lines)" -eq 1 ] || fail_run "one line of the program's was expected"
    grep -qF -- "$_text" lines || fail_run "the message should have said: $_text"
    [ ! -s out ] || fail_run "nothing was expected on standard output"
}

# ---------------------------------------------------------------------------
# The same bits, and near those of one rank
# ---------------------------------------------------------------------------

awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%s", substr("abcdefgh", 1 + i * i % 8, 1) }' >text
# Eleven sequences of 9 to 39 steps: a group of a batch can have fewer than there are ranks. In `gaps`
# values are missing, of sequence 9 all after the first: a rank can have no target at all.
for name in series gaps; do
    awk -v name=$name 'BEGIN {
        for (s = 0; s < 11; s++) {
            for (t = 0; t < 9 + 3 * s; t++)
                print t, number(s, t, (s * 7 + t * t * 5) % 13 / 13), number(s, t + 1, (t * 3 + s) % 5 / 5)
            print ""
        }
    }
    function number(s, t, value) {
        return name == "gaps" && t > 1 && (s == 9 || (s + t) % 4 == 0) ? "?" : value
    }' >$name
done

# trains NAME TASK [FILE] OPTIONS...: PLAIN and $numbers of ranks, each twice, by $updates updates.
numbers="1 2 4"
updates=60
trains() {
    name=$1
    shift
    common="--stop-error 0 --schedule constant --updates $updates --evaluate-every $((updates / 3))"
    # shellcheck disable=SC2086
    ./plain train "$@" $common --save run/plain --log run/plain.log >run/plain.out 2>err
    for number in $numbers; do
        for time in first again; do
            # shellcheck disable=SC2086
            ranks "$number" train "$@" $common --save run/$time --log run/$time.log
            mv out run/$time.out
        done
        same run/first run/again "$name on $number ranks"
        same_but_seconds run/first.out run/again.out "$name on $number ranks"
        same_but_seconds run/first.log run/again.log "$name on $number ranks"
        [ "$(grep -c '^task ' run/first.out)" -eq 1 ] || fail "$name: more than one rank printed"
        [ "$(grep -c "^ *$updates " err)" -eq 1 ] || fail "$name: more than one rank showed progress"
        if [ "$number" -eq 1 ]; then
            same run/plain run/first "$name on one rank, and without MPI"
            same_but_seconds run/plain.out run/first.out "$name on one rank, and without MPI"
        fi
        # Losses, norms and Omega of the three evaluations.
        paste -d, run/plain.log run/first.log | awk -F, -v name="$name, $number" -v updates=$updates '
            NR > 1 {
                rows++
                half = NF / 2
                for (i = 3; i <= 9; i++) {
                    far = $i - $(i + half)
                    if (far > 1e-5 * (1 + $i) || -far > 1e-5 * (1 + $i))
                        bad = report(name ": " $i " and " $(i + half) " in column " i)
                }
                if (rows == 1)
                    first = $3
            }
            END {
                if (rows != 3 || (updates == 60 && $3 >= first))
                    bad = report(name ": " rows " rows, train_loss from " first " to " $3)
                exit bad
            }
            function report(text) {
                print text
                return 1
            }' >far ||
            fail "$name on $number ranks is far from one rank: $(cat far)"
    done
    echo "ok      $name: $numbers ranks"
}
trains order temporal-order --length 10:12 --hidden 20 --batch 10 --omega 1 --rate 0.2 --grow 0 \
    --evaluate-sequences 150 --seed 3
trains "order, known targets" temporal-order --length 10 --targets known --hidden 20 --batch 11 \
    --omega 1 --rate 0.2 --clip growth:1.5 --grow 0 --evaluate-sequences 130 --seed 3
trains text text text --hidden 16 --batch 5 --chunk 10 --init glorot --omega 0.1 --drop 0.2 --threads 2
trains series series series --hidden 16 --batch 4 --chunk 10 --omega 0.1 --cost sum --rate 0.002 \
    --optimizer momentum --keep best --hold-out 0.3
trains gaps series gaps --hidden 16 --batch 4 --chunk 10 --omega 0.1 --rate 0.01 --hold-out-from end
# So wide that the vector of all sums takes two slabs.
numbers=2
updates=6
trains wide temporal-order --length 10 --hidden 1100 --batch 8 --omega 4 --rate 0.01 --grow 0 \
    --evaluate-sequences 8

cp series tested
# Shares that are empty: three groups of two or three sequences on four ranks.
ranks 4 train series series --hidden 8 --batch 4 --chunk 10 --updates 30 --hold-out 0.3 --test tested
[ "$(grep -c '^test-loss ' out)" -eq 1 ] || fail_run "the loss of --test"
test_loss=$(sed -n 's/^test-loss //p' out)
succeed train series series --hidden 8 --batch 4 --chunk 10 --updates 30 --hold-out 0.3 --test tested
holds "$test_loss - $(value_of test-loss) < 2e-6 && $(value_of test-loss) - $test_loss < 2e-6" \
    "the loss of --test on four ranks"

# --version says with which MPI, and without mpirun the program is one rank.
succeed --version
grep -q '^Open MPI' "$scratch/out" || fail_run "no version of MPI"
last="--version" && ./plain --version >out
[ "$(wc -l <out)" -eq 2 ] || fail_run "the program without MPI has a trace of it"
# shellcheck disable=SC2086
succeed train $easy --save run/alone
# shellcheck disable=SC2086
./plain train $easy --save run/plain >out
same run/alone run/plain "without mpirun"

# ---------------------------------------------------------------------------
# The ends of a run
# ---------------------------------------------------------------------------

# resumes NUMBER TASK [FILE] OPTIONS...: stopped after 23 of 60 updates and resumed, as if never stopped.
resumes() {
    number=$1
    shift
    _file=
    [ ! -e "./$2" ] || _file=$2
    rm -f run/*
    common="--hidden 8 --stop-error 0 --schedule constant --evaluate-every 20 --quiet"
    # shellcheck disable=SC2086
    {
        ranks "$number" train "$@" $common --updates 23 --checkpoint run/checkpoint --log run/log
        ranks "$number" train "$@" $common --updates 60 --save run/whole --log run/whole.log
        mv out whole
        ranks "$number" train "$1" $_file --resume run/checkpoint --updates 60 --save run/resumed \
            --checkpoint run/checkpoint --log run/log --quiet
    }
    same run/whole run/resumed "$* on $number ranks"
    same_but_seconds run/whole.log run/log "$* on $number ranks"
    same_but_seconds whole out "$* on $number ranks"
    echo "ok      resumed on $number ranks: $1"
}
resumes 2 temporal-order --length 12 --evaluate-sequences 50 --batch 5 --optimizer momentum
resumes 2 text text --batch 5 --chunk 10 --optimizer adam --drop 0.1
resumes 2 series gaps --batch 6 --chunk 5
resumes 4 series series --batch 6 --chunk 5 --keep best
# The command that resumes it is that of as many ranks.
ranks 2 train temporal-order --length 12 --evaluate-sequences 50 --batch 4 --updates 2 --checkpoint run/printed
grep -qx 'continue with: mpirun -n 2 srnn train temporal-order --checkpoint run/printed --resume run/printed' err ||
    fail_run "the command that resumes the run"
# Any number of ranks goes on with the checkpoint of another: nearly the same.
cp run/checkpoint kept
ranks 2 train series series --resume kept --updates 80 --quiet
loss=$(sed -n 's/^loss //p' out)
for program in ./plain "$SRNN"; do
    loss_alone=$($program train series series --resume kept --updates 80 --quiet | sed -n 's/^loss //p')
    holds "$loss - $loss_alone < 2e-6 && $loss_alone - $loss < 2e-6" "a checkpoint of four ranks"
done

# start NUMBER: a run without an end, whose first checkpoint is written.
base="temporal-order --length 20:30 --hidden 16 --batch 8 --evaluate-sequences 100 --stop-error 0
    --evaluate-every 50 --quiet"
start() {
    rm -f run/*
    # shellcheck disable=SC2086
    sh mpirun -n "$1" sh rank train $base --updates 1000000000 --log run/log \
        --checkpoint run/checkpoint --every 0.1s --save run/model >stopped 2>messages &
    mpi=$!
    await "a checkpoint" test -e run/checkpoint
    await "lines in the log" has_lines run/log 4
}
ended() {
    status=0
    wait "$mpi" || status=$?
    mpi=
    cat run/pid.* >pids
    while read -r _pid; do
        await "the end of rank $_pid" not_there "$_pid"
    done <pids
}
not_there() {
    ! kill -0 "$1" 2>/dev/null
}
# goes_on NUMBER WHAT: the checkpoint is whole, and a run that was never stopped has the same bits.
goes_on() {
    succeed inspect run/checkpoint
    updates=$(($(tail -n 1 run/log | cut -d, -f1) + 230))
    # shellcheck disable=SC2086
    {
        ranks "$1" train $base --updates $updates --save run/whole
        ranks "$1" train temporal-order --resume run/checkpoint --updates $updates --save run/resumed \
            --quiet
    }
    same run/whole run/resumed "$2"
    echo "ok      $2"
}
for rank in 0 1; do
    start 2
    kill -KILL "$(cat run/pid.$rank)"
    ended
    [ "$status" -ne 0 ] || fail "a rank died, and mpirun did not notice"
    [ ! -e run/model ] || fail "a dead run saved its model"
    goes_on 2 "rank $rank of 2 was killed"

    start 3
    kill -TERM "$(cat run/pid.$rank)"
    ended
    [ "$status" -eq 130 ] || fail "exit code 130 was expected, not $status: $(cat messages)"
    grep -q '^end interrupted$' stopped || fail "SIGTERM to rank $rank: the result has another end"
    # The model is that of this update, on all ranks.
    updates=$(sed -n 's/^updates //p' stopped)
    # shellcheck disable=SC2086
    ranks 3 train $base --updates "$updates" --save run/limited
    same run/limited run/model "SIGTERM to rank $rank"
    goes_on 3 "SIGTERM to rank $rank of 3"
done
# Ctrl-C goes to mpirun, which sends SIGTERM to the ranks.
start 2
kill -INT "$mpi"
ended
grep -q '^end interrupted$' stopped || fail "SIGINT to mpirun: no result: $(cat messages)"
[ -e run/model ] || fail "SIGINT to mpirun: no model"
goes_on 2 "SIGINT to mpirun"

# shellcheck disable=SC2086
ranks 2 train $base --schedule linear --minutes 0.01
grep -q '^end time$' out || fail_run "--minutes: another end"
# An evaluation of hours ends soon after --minutes, by the clock of rank 0, and is told of once.
endless="temporal-order --length 20:30 --batch 8 --stop-error 0 --evaluate-sequences 1000000000"
# shellcheck disable=SC2086
ranks 2 train $endless --evaluate-every 2 --minutes 0.005
grep -q '^end time$' out || fail_run "--minutes in an evaluation: another end"
[ "$(grep -c '^the time was over' err)" -eq 1 ] || fail_run "a part of an evaluation, told of once"
# It ends after a signal to any rank. The model of --from is judged before the first update.
is_handled_by() {
    [ -s "$1" ] && handles_signals "$(cat "$1")"
}
ranks 1 train temporal-order --length 20:30 --updates 1 --evaluate-sequences 10 --quiet --save first
for rank in 0 1; do
    rm -f run/*
    # shellcheck disable=SC2086
    sh mpirun -n 2 sh rank train $endless --from first --save run/model >stopped 2>messages &
    mpi=$!
    await "the first evaluation" is_handled_by run/pid.$rank
    kill -TERM "$(cat run/pid.$rank)"
    ended
    [ "$status" -eq 130 ] || fail "exit code 130 was expected, not $status: $(cat messages)"
    grep -q '^end interrupted$' stopped || fail "SIGTERM in an evaluation: another end"
    grep -q '^updates 0$' stopped || fail "SIGTERM in an evaluation: updates after it"
    [ -e run/model ] || fail "SIGTERM in an evaluation: no model"
done
# The target is reached on all ranks at once, and missed with exit code 3.
# shellcheck disable=SC2086
ranks 2 train $easy
grep -q '^end target$' out || fail_run "--stop-error: another end"
# shellcheck disable=SC2086
spread -n 2 "$SRNN" train $easy --stop-error 0.01 --updates 10
[ "$status" -eq 3 ] || fail_run "exit code 3 was expected"
# A rate at which nothing stays finite ends all ranks with one message.
# shellcheck disable=SC2086
spread -n 2 "$SRNN" train $base --activation relu --clip none --rate 1e6 --updates 500
[ "$status" -eq 1 ] || fail_run "exit code 1 was expected"
[ "$(grep -c '^srnn: update' err)" -eq 1 ] || fail_run "one message was expected"
echo "ok      the ends of a run"

# ---------------------------------------------------------------------------
# Refusals
# ---------------------------------------------------------------------------

# Both processes refuse, and mpirun may mix their messages: each writes to a file of its own.
cat >apart <<'EOF'
exec "$@" 2>run/err.$OMPI_COMM_WORLD_RANK
EOF
# both_refuse TEXT ARGUMENTS...: the message of the first to end, which ends the other.
both_refuse() {
    _text=$1
    shift
    rm -f run/err.*
    spread -n 2 sh apart "$@"
    [ "$status" -eq 2 ] || fail_run "exit code 2 was expected"
    cat run/err.* | grep -q "^srnn: $_text" || fail_run "the message should have said: $_text"
}
# shellcheck disable=SC2086
{
    both_refuse "train: .*built without MPI: make MPI=1" ./plain train $easy
    for command in "eval run/model temporal-order" "bench --seconds 0.01" "inspect run/model"; do
        both_refuse "${command%% *}: .*only train divides" "$SRNN" $command
    done
    not_on 2 "--batch 8 has fewer sequences than mpirun has processes, 9" -n 9 "$SRNN" train $base
    not_on 2 "unknown option" -n 2 "$SRNN" train $base --nonesuch
    not_on 1 "rank 1: other: No such file" -n 1 "$SRNN" train text text : -n 1 "$SRNN" train text other
    not_on 1 /nowhere/model -n 2 "$SRNN" train $base --save /nowhere/model
    not_on 1 /nowhere/log -n 2 "$SRNN" train $base --log /nowhere/log
    cp text other
    echo more >>other
    # mpirun gives the second rank other arguments.
    differs="different files or options"
    not_on 1 "$differs" -n 1 "$SRNN" train $base --seed 1 : -n 1 "$SRNN" train $base --seed 2
    not_on 1 "$differs" -n 1 "$SRNN" train $base --updates 5 : -n 1 "$SRNN" train $base --updates 6
    not_on 1 "$differs" -n 1 "$SRNN" train text text : -n 1 "$SRNN" train text other
    not_on 1 "$differs" -n 1 "$SRNN" train text text : -n 1 "$SRNN" train text text --test other
    tr a b <other >third
    not_on 1 "$differs" -n 1 "$SRNN" train text text --test third : -n 1 "$SRNN" train text text --test other
}
# The ranks of another MPI's mpirun would each be alone.
# shellcheck disable=SC2086
(export PMI_SIZE=2 && refuse 2 "this mpirun is not that of the MPI" train $easy)
echo "ok      refusals"
