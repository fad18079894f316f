# shellcheck shell=sh
# examples.sh - run the command lines that documents show. To be sourced after
# tests/program/library.sh.

# Run `srnn $*`, a line of a document, cut short so that it takes a moment: what
# is added to the line leaves its own options as they are. Its files are made
# here: FILE and *.txt a text, that of `train series` a series, that of `train
# music` ten pieces. Run from the scratch folder, the lines of a document one
# after the other, since one uses what another has saved.
run_example() {
    [ -e FILE ] || awk 'BEGIN {
        for (i = 0; i < 400; i++) print i % 3 ? "KING of the text" : "the end of a line" }' >FILE
    for _word in "$@"; do
        case $_word in *.txt) cp FILE "$_word" ;; esac
    done
    case "$1 ${2-} ${3-}" in
    "train series "*)
        awk 'BEGIN { for (i = 0; i < 100; i++) print i "," 20 + i % 7 }' >"$3"
        succeed "$@" --updates 1 --hidden 4 --quiet
        ;;
    "train music "*)
        for _piece in 1 2 3 4 5 6 7 8 9 10; do
            printf 'MThd\0\0\0\6\0\0\0\1\0\140MTrk\0\0\0\13\0\220\74\100\140\74\0\0\377\57\0'
        done >"$3"
        succeed "$@" --updates 1 --hidden 4 --quiet
        ;;
    "train text "*) succeed "$@" --updates 1 --hidden 4 --quiet ;;
    "train "*) succeed "$@" --updates 1 --evaluate-every 1 --evaluate-sequences 2 --batch 2 --quiet ;;
    "eval "*" text"*) succeed "$@" ;;
    "eval "*) succeed "$@" --sequences 2 ;;
    "bench "*) succeed "$@" --seconds 0.01 --shape 2,3,4,5,6 ;;
    "demo "*) succeed demo --help ;; # a minute; `make demo` runs it
    *) succeed "$@" ;;
    esac
}
