#!/bin/sh
# alone.sh: of two commands in one folder the second waits for the first, and says so.
set -eu
. tests/program/library.sh

if ! command -v flock >/dev/null 2>&1; then
    echo "skip: no flock"
    exit 77
fi
unset MAKEFLAGS || :
tree=$PWD
cd "$scratch"
cat >first <<'END'
#!/bin/sh
echo begun >begun
tries=6000 # five minutes
until [ -e go ]; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || exit 1
    sleep 0.05
done
echo first >>order
END
cat >second <<'END'
#!/bin/sh
echo second >>order
exit 3
END
chmod +x first second

# However the test ends, so do the runs.
tidy() {
    touch go
    [ ! -e left/running ] || kill "$(cat left/running)" || :
    wait
}
"$tree/tests/alone.sh" folder ./first &
first=$!
await "the first command" test -e begun
"$tree/tests/alone.sh" folder ./second >said &
second=$!
await "a line about the first" test -s said
[ "$(cat said)" = "waiting for another run in folder" ] || fail "it said: $(cat said)"
[ ! -e order ] || fail "the second did not wait"
# In another folder nothing waits, nor does what only prints.
status=0
"$tree/tests/alone.sh" other ./second >said.other || status=$?
[ "$status" -eq 3 ] || fail "status $status, not 3"
MAKEFLAGS=kn "$tree/tests/alone.sh" folder echo printed >>said.other
[ "$(cat said.other)" = printed ] || fail "it said: $(cat said.other)"
# What a command leaves running holds no lock.
"$tree/tests/alone.sh" left sh -c 'sleep 600 >/dev/null 2>&1 & echo $! >left/running'
flock -n left/lock true || fail "what a command left running holds the lock of its folder"
touch go
wait $first || fail "the first command failed"
status=0
wait $second || status=$?
[ "$status" -eq 3 ] || fail "status $status, not 3"
[ "$(tr '\n' ' ' <order)" = "second first second " ] || fail "another order: $(cat order)"
echo "two commands in one folder: one after the other"
