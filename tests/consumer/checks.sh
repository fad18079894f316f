# checks.sh - what the checks of users' projects share; sourced after tests/program/library.sh
#
# Their last line counts what passed and failed here.

version=$("$SRNN" --version | sed -n 's/^srnn //p')
series=$(series_of "$version")
passed=0
failed=0
log=$scratch/log

# check WHAT COMMAND...: the command succeeds.
check() {
    what=$1
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        sed 's/^/    /' "$log" | tail -n 30
    fi
}

# refused WHAT TEXT COMMAND...: the command fails, and prints TEXT.
refused() {
    what=$1
    text=$2
    shift 2
    if "$@" >"$log" 2>&1 || ! tr -s ' \n' '  ' <"$log" | grep -qF -- "$text"; then
        failed=$((failed + 1))
        echo "FAILED: $what should say: $text"
        sed 's/^/    /' "$log" | tail -n 30
    else
        passed=$((passed + 1))
    fi
}

# prints PROGRAM: what every consumer prints, which the first one decides.
prints() {
    "$1" >"$scratch/said" || return 1
    [ -e "$scratch/first" ] || cp "$scratch/said" "$scratch/first"
    diff "$scratch/first" "$scratch/said"
}
