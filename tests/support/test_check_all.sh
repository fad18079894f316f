#!/bin/sh
# check_all.sh stops at the first check that fails, shows what failed, and closes with all counts. Rows
# of checks run at the same time.
set -eu
. tests/program/library.sh

cat >"$scratch/Makefile" <<'END'
counts:
	@printf 'FAILURES are none\n3 passed, 0 failed, 2 skipped\n4 passed, 0 failed, 0 skipped\n'
silent:
	@:
fails:
	@printf 'ok      api/test_a\nFAILED  api/test_b\n        the reason\nFAILED  api/test_c\n        another\n'
	@echo '1 passed, 2 failed, 0 skipped'
	@exit 1
indents:
	@printf 'FAILED: the first of many\n    four blanks\nFAILED: another\n    later\n1 passed, 2 failed, 0 skipped\n'
	@exit 1
explains:
	@printf 'first the reason\nFAILED: then the line\n'
	@exit 1
long:
	@echo 'FAILED  api/test_d'
	@i=0; while [ $$i -lt 100 ]; do i=$$((i + 1)); echo "        line $$i"; done
	@exit 1
breaks:
	@echo 'no such compiler'
	@exit 2
# The first two wait for each other, and so do the next two, the second of which fails.
here := $(dir $(lastword $(MAKEFILE_LIST)))
await = i=0; until [ -e $(here)$(1) ] || [ $$i -gt 600 ]; do i=$$((i + 1)); sleep 0.1; done
gives:
	@touch $(here)given; $(call await,taken)
takes:
	@$(call await,given); touch $(here)taken
waits:
	@touch $(here)waiting; $(call await,build/checks/failed)
fails-beside:
	@$(call await,waiting); rm $(here)waiting
	@printf 'FAILED  api/test_b\n0 passed, 1 failed, 0 skipped\n'
	@exit 1
fails-later:
	@touch $(here)waiting; $(call await,build/checks/failed)
	@printf 'FAILED  api/test_later\n0 passed, 1 failed, 0 skipped\n'
	@exit 1
# The first kills its row while the second runs, which ends after that.
dies:
	@$(call await,outliving)
	@touch $(here)dying; kill -9 "$$(ps -o ppid= -p $$PPID)"
outlives:
	@touch $(here)outliving; $(call await,dying); sleep 1
END

# closes STATUS COUNTS ROW...: the exit status, and the last line.
closes() {
    wanted=$1
    counts=$2
    shift 2
    status=0
    MAKE="make -f $scratch/Makefile" MAKEFLAGS='' BUILD="$scratch/build" tests/check_all.sh "$@" \
        >"$scratch/out" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] || fail "$*: exit status $status, not $wanted"
    [ "$(tail -n 1 "$scratch/out")" = "$counts" ] || fail "$*: closes with $(tail -n 1 "$scratch/out")"
}

# shows TEXT: near the end, after the table of the checks.
shows() {
    sed '1,/^counts  /d' "$scratch/out" | grep -qx "$1" || fail "does not show at its end: $1"
}

# Where the logs are is the lock of alone.sh too: without it a second run would not wait.
mkdir -p "$scratch/build/checks"
: >"$scratch/build/checks/lock"
closes 0 "8 passed, 0 failed, 2 skipped" 'counts silent'
[ -e "$scratch/build/checks/lock" ] || fail "the lock of its folder is gone"
closes 2 "8 passed, 2 failed, 2 skipped" 'counts fails silent'
shows "FAILED  api/test_b"
shows "        the reason"
[ "$(grep -c '^        the reason' "$scratch/out")" -eq 2 ] || fail "the reason is not told twice"
[ "$(grep -c '^        another' "$scratch/out")" -eq 1 ] || fail "shows more than the first failure"
! grep -q '^silent' "$scratch/out" || fail "goes on after a failure"
closes 2 "8 passed, 2 failed, 2 skipped" 'counts indents'
shows "FAILED: the first of many"
shows "    four blanks"
closes 2 "7 passed, 1 failed, 2 skipped" 'counts explains'
shows "first the reason"
shows "FAILED: then the line"
closes 2 "7 passed, 1 failed, 2 skipped" 'counts long'
shows "FAILED  api/test_d"
shows "        line 100"
closes 2 "7 passed, 1 failed, 2 skipped" 'counts breaks'
shows "no such compiler"
! tests/check_all.sh >"$scratch/out" 2>&1 || fail "passes where no check is named"

closes 0 "10 passed, 0 failed, 2 skipped" counts 'gives silent' takes
closes 2 "8 passed, 1 failed, 2 skipped" counts 'fails-beside silent' 'waits silent'
shows "FAILED  api/test_b"
! grep -q '^silent' "$scratch/out" || fail "goes on after a failure of the other row"
closes 2 "8 passed, 1 failed, 2 skipped" counts 'waits silent' 'fails-beside silent'
shows "FAILED  api/test_b"
closes 2 "7 passed, 2 failed, 2 skipped" counts fails-beside fails-later
shows "FAILED  api/test_b"
closes 2 "8 passed, 1 failed, 2 skipped" counts dies outlives
