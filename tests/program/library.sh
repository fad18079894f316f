# shellcheck shell=sh
# library.sh - what the tests of the program and of the documents share. To be
# sourced from the top of the checkout:
#
#     . tests/program/library.sh
#
# It makes a scratch folder, which is removed however the test ends, and has checks
# that print what they wanted and what they saw.
#
# Functions have no local variables in POSIX sh: those here begin with _.

BUILD=${BUILD:-build}
case $BUILD in
/*) built=$BUILD ;;
*) built=$PWD/$BUILD ;;
esac
SRNN=$built/srnn

# Functions of awk, to stand before a program: awk "$arithmetic"'PROGRAM'.
arithmetic="$(cat examples/paper/arithmetic.awk)
"

# The tests need the messages and numbers of the C locale.
LC_ALL=C
export LC_ALL

scratch=$(mktemp -d)

# Whether the program and the library under test are those of an address sanitizer.
is_sanitized() {
    grep -q __asan_init "$SRNN"
}

# Whether the program under test counts the lines that it runs.
is_counted() {
    grep -q __gcov_init "$SRNN"
}

# The flags that link a program with the library under test.
link_flags() {
    if is_sanitized; then
        echo -fsanitize=address,undefined
    fi
    if is_counted; then
        echo --coverage
    fi
}

# Whether the program is a script that has it emulated (i386_tools.sh).
is_emulated() {
    [ "$(head -c 2 "$SRNN")" = '#!' ]
}

# Whether the program can run with few addresses: a sanitizer or an emulator reserves more than all memory.
addresses_can_be_limited() {
    # shellcheck disable=SC3045 # where a shell has it
    (ulimit -v 300000) 2>/dev/null && ! is_sanitized && ! is_emulated
}

# Skip the test on macOS, whose libraries are not ELF: what of it needs that.
needs_elf() {
    if [ "$(uname -s)" = Darwin ]; then
        echo "skip: $1"
        exit 77
    fi
}

# series_of VERSION: what its soname has behind "libsrnn.so.": the major version, and before 1.0 the
# minor version too.
series_of() {
    case $1 in
    0.*) echo "${1%.*}" ;;
    *) echo "${1%%.*}" ;;
    esac
}

# Called when the test ends; a test that starts processes of its own or mounts
# something redefines it.
tidy() {
    :
}
trap 'tidy; rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# End the test: what is wrong.
fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# Show the last run, then end the test.
fail_run() {
    {
        echo "command: srnn $last"
        echo "status:  $status"
        echo "standard output (its beginning):"
        head -c 1000 "$scratch/out" | sed 's/^/    /'
        echo
        echo "standard error (its beginning):"
        head -c 1000 "$scratch/err" | sed 's/^/    /'
    } >&2
    fail "$@"
}

# Run the program: standard output goes to $scratch/out, standard error to
# $scratch/err, the exit code to $status.
run() {
    last=$*
    status=0
    "$SRNN" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
}

# Run the program, which must succeed.
succeed() {
    run "$@"
    [ "$status" -eq 0 ] || fail_run "exit code 0 was expected"
}

# The last run ended with exit code $1 after exactly one line "srnn: ..." on
# standard error. What it printed before is not looked at.
one_line() {
    [ "$status" -eq "$1" ] || fail_run "exit code $1 was expected"
    [ "$(wc -l <"$scratch/err")" -eq 1 ] ||
        fail_run "one line on standard error was expected"
    grep -q '^srnn: ..' "$scratch/err" || fail_run "the line does not begin with 'srnn: '"
}

# The line on standard error has the text $1 in it.
says() {
    grep -qF -- "$1" "$scratch/err" || fail_run "the message should have said: $1"
}

# Run the program, which must refuse: exit code $1, one line that has the text $2
# in it, nothing on standard output.
refuse() {
    _code=$1
    _text=$2
    shift 2
    run "$@"
    one_line "$_code"
    [ ! -s "$scratch/out" ] || fail_run "nothing was expected on standard output"
    says "$_text"
}

# The value of the line "KEY value" in the last run's standard output.
value_of() {
    sed -n "s/^$1 //p" "$scratch/out"
}

# Two files have the same bytes.
same() {
    cmp -s "$1" "$2" || fail "$3: $(basename "$1") and $(basename "$2") differ"
}

# same_but_seconds FILE OTHER WHAT: two results, or two logs, are the same but for their seconds.
same_but_seconds() {
    _seconds='/^seconds /d; s/^\([0-9]*\),[0-9.]*,/\1,/'
    sed "$_seconds" "$1" >"$scratch/timeless"
    sed "$_seconds" "$2" | diff "$scratch/timeless" - >"$scratch/difference" ||
        fail "$3: $1 and $2 differ: $(cat "$scratch/difference")"
}

# A comparison of numbers holds, written in awk with the functions of arithmetic.awk.
holds() {
    awk "$arithmetic BEGIN { exit !($1) }" || fail "$2: not $1"
}

# svg FILE WHAT: it is an SVG document: every element that is opened is closed, and no number is NaN
# or infinite.
svg() {
    head -c 4 "$1" | grep -q '<svg' || fail "$2: no SVG"
    tail -n 1 "$1" | grep -q '</svg>$' || fail "$2: the document does not end"
    for _element in text g svg title clipPath defs marker tspan; do
        [ "$(grep -o "<${_element}[ >]" "$1" | wc -l)" -eq "$(grep -o "</$_element>" "$1" | wc -l)" ] ||
            fail "$2: <$_element> is not always closed"
    done
    if grep -qiE '[",( L]-?(nan|inf)' "$1"; then
        fail "$2: a number that is none"
    fi
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1" || fail "$2: not well formed"
    fi
}

# program_objects FOLDERS...: the objects of these folders of src, of the program without MPI. The
# build may have those of sources that are gone.
program_objects() {
    for _folder in "$@"; do
        for _source in "src/$_folder"/*.c; do
            [ "$_source" = src/support/ranks_mpi.c ] || echo "$BUILD/${_source%.c}.o"
        done
    done
}

# build_helper NAME OBJECTS...: $scratch/NAME from tests/program/NAME.c, these objects of the program
# and the library under test.
build_helper() {
    _name=$1
    shift
    # shellcheck disable=SC2046,SC2086
    "${CC:-cc}" ${CFLAGS:-} $(link_flags) -std=c99 -D_POSIX_C_SOURCE=200809L -Isrc -Iinclude \
        -o "$scratch/$_name" "tests/program/$_name.c" "$@" "$BUILD/libsrnn.a" -lm -pthread ||
        fail "$_name.c does not build"
}

# Wait until a shell command holds: `await WHAT COMMAND...`. Five minutes are for what never comes.
await() {
    _what=$1
    shift
    _tries=6000
    until "$@"; do
        _tries=$((_tries - 1))
        [ $_tries -gt 0 ] || fail "waited five minutes for $_what"
        sleep 0.05
    done
}

# Whether process $1 has its handlers of signals: that of SIGTERM comes after that of SIGINT. Without
# /proc, wait a second.
handles_signals() {
    if [ -r "/proc/$1/status" ]; then
        awk '/^SigCgt/ { exit substr($2, length($2) - 3, 1) !~ /[4-7c-f]/ }' "/proc/$1/status"
    else
        sleep 1
    fi
}

# Whether file $1 has at least $2 lines.
has_lines() {
    [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# The only things in folder $1 are those named after it, if any: no temporary is
# left.
only_files() {
    _folder=$1
    shift
    _seen=$(cd "$_folder" && find . ! -name . | sed 's|^\./||' | sort | tr '\n' ' ')
    _wanted=$(for _name in "$@"; do echo "$_name"; done | sort | tr '\n' ' ')
    [ "$_seen" = "$_wanted" ] || fail "in the folder are '$_seen', not '$_wanted'"
}

# Settings with which temporal order of length 20 is learnt in 600 updates, a
# fifth of a second.
# shellcheck disable=SC2034
easy="temporal-order --as-published --length 20 --hidden 20 --rate 0.05 --omega 1
    --evaluate-every 100 --evaluate-sequences 1000 --quiet"

# Copy file $1 to $2 with all bits of the byte at place $3 inverted.
flip() {
    _byte=$(od -An -tu1 -j "$3" -N 1 "$1" | tr -d ' ')
    {
        head -c "$3" "$1"
        # shellcheck disable=SC2059
        printf "\\$(printf %o $((255 - _byte)))"
        tail -c +$(($3 + 2)) "$1"
    } >"$2"
}

# Build forge_part.c of the checkout $1 as ./forge_part.
build_forge() {
    # shellcheck disable=SC2046,SC2086
    "${CC:-cc}" ${CFLAGS:-} $(link_flags) -std=c99 -I"$1/include" -o forge_part \
        "$1/tests/program/forge_part.c" "${SRNN%/*}/libsrnn.a" || fail "forge_part does not build"
}

# Write `forged`, the file $1 with another part: `forge FILE PART CHANGE...`, see forge_part.c.
forge() {
    _file=$1
    shift
    ./forge_part "$_file" forged "$@" || fail "no forged file: $_file $*"
}

# The beginning of a safetensors file: the length of `header` in eight bytes, and `header`.
begin_safetensors() {
    _bytes=$(wc -c <header)
    # shellcheck disable=SC2059
    printf "\\$(printf %o $((_bytes % 256)))\\$(printf %o $((_bytes / 256)))\0\0\0\0\0\0"
    cat header
}
