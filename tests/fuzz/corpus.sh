# shellcheck shell=sh
# corpus.sh - targets by their names, and the inputs that are kept in the tree. To be sourced from the
# top of the checkout.
#
# corpus/TARGET/few.tar.gz has what minimise.sh chose: hundreds of small files that are much alike.
# Beside it are inputs on which a target once failed, mended-WHAT, and those that somebody wrote.

# need_target NAME: ends the script unless there is such a target.
need_target() {
    [ -e "tests/fuzz/target_$1.c" ] && return
    echo "TARGET is one of$(ls tests/fuzz/target_*.c | sed 's/.*target_/ /; s/\.c$//' | tr -d '\n')," \
        "not \`$1\`" >&2
    exit 2
}

# unpack_corpus TARGET FOLDER: fills the folder, anew.
unpack_corpus() {
    rm -rf "$2"
    mkdir -p "$2"
    if [ -e "tests/fuzz/corpus/$1/few.tar.gz" ]; then
        gzip -dc "tests/fuzz/corpus/$1/few.tar.gz" | (cd "$2" && tar -xf -)
    fi
    for input in "tests/fuzz/corpus/$1"/*; do
        case $input in
        */few.tar.gz | */\*) ;;
        *) cp "$input" "$2" ;;
        esac
    done
}
