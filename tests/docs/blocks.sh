# shellcheck shell=sh
# blocks.sh - run the blocks of a document, as a reader who copies them. To be sourced after
# tests/program/library.sh.
#
#     ```sh     commands, which must succeed, unless the text after them shows a message of srnn
#     ```c      a file, whose first line has its name: "/* room.c - what it does"
#     ```text   what the commands before it print, on both streams: lines in this order, between
#               which there may be others; "..." says nothing

# Write the blocks of document $1 to the folder $2, numbered: 01.sh, 02.text, 03.c. Fails on one of another
# kind, which nobody would run.
split_blocks() {
    awk -v folder="$2" '
        /^ *```/ && name != "" { name = ""; next }
        /^```(sh|c|text)$/ { name = sprintf("%s/%02d.%s", folder, ++blocks, substr($0, 4)); next }
        /^ *```/ { print "line " NR ": a block of no kind that is run: " $0; failed = 1 }
        name != "" { print >name }
        END { exit (failed || !blocks) }' "$1"
}

# Let the blocks find the program, the header and the libraries under test of the checkout $1:
# nothing need be installed.
use_build() {
    _build=${SRNN%/*}
    mkdir bin
    ln -s "$SRNN" bin/srnn
    printf '#!/bin/sh\necho "-lsrnn %s"\n' "$(link_flags)" >bin/pkg-config
    chmod +x bin/pkg-config
    case ${CC:-cc} in
    cc) ;;
    *)
        printf '#!/bin/sh\nexec %s "$@"\n' "$CC" >bin/cc
        chmod +x bin/cc
        ;;
    esac
    PATH=$PWD/bin:$PATH
    CPATH=$1/include
    LIBRARY_PATH=$_build
    LD_LIBRARY_PATH=$_build
    export PATH CPATH LIBRARY_PATH LD_LIBRARY_PATH
}

# The lines of file $1 are in file $2, in this order. Prints the first that is not.
shows() {
    awk 'NR == FNR { if ($0 != "...") shown[++lines] = $0; next }
        at < lines && $0 == shown[at + 1] { at++ }
        END { if (at < lines) { print shown[at + 1]; exit 1 } }' "$1" "$2"
}

# Run the blocks of document $1, a path from this folder, the top of the checkout. They run in
# $scratch, which is then the current folder. Blocks stay in the folder `blocks`, what was printed
# in `printed`.
run_blocks() {
    awk 'BEGIN { exit !(sin(1) > 0) }' 2>/dev/null || {
        echo "skip: this awk has no sin()"
        exit 77
    }
    _top=$PWD
    cd "$scratch"
    mkdir blocks
    use_build "$_top"
    split_blocks "$_top/$1" blocks >printed || fail "$1: $(cat printed)"
    for _block in blocks/*; do
        case $_block in
        *.sh)
            _status=0
            sh -e "$_block" >printed 2>&1 </dev/null || _status=$?
            _text=${_block%/*}/$(printf '%02d.text' $(($(basename "$_block" .sh | sed 's/^0//') + 1)))
            [ $_status -eq 0 ] || grep -qs '^srnn: ' "$_text" ||
                fail "$1: status $_status: $(cat "$_block" printed)"
            ;;
        *.c)
            cp "$_block" "$(sed -n '1s/^\/\* \([a-z_]*\.c\) - .*/\1/p' "$_block")"
            ;;
        *.text)
            # Other arithmetic has other numbers.
            case $("$SRNN" --version) in
            *separate*) ;;
            *)
                _line=$(shows "$_block" printed) ||
                    fail "$1: the line '$_line' is not among what was printed: $(cat printed)"
                ;;
            esac
            ;;
        esac
    done
}
