#!/bin/sh
# What the README shows works: its command lines run, its make targets are there, its C compiles and
# is what examples/train.c does. The links of all documents lead somewhere.
set -eu
. tests/program/library.sh
. tests/docs/examples.sh

top=$PWD
# Flags of a make that runs this test are not meant for the ones here.
unset MAKEFLAGS MFLAGS MAKELEVEL || :

# The lines of its indented blocks, without what is said about them.
awk '/^```/ { fence = !fence } !fence && /^    [a-z]/' README.md |
    sed 's/^ *//;s/  *#.*//' >"$scratch/lines"
# && makes two lines of one.
awk '{ gsub(/ *&& */, "\n"); print }' "$scratch/lines" >"$scratch/commands"
[ "$(grep -c '^build/srnn ' "$scratch/commands")" -ge 3 ] || fail "README.md shows no srnn"
[ "$(grep -c '^make' "$scratch/commands")" -ge 3 ] || fail "README.md shows no make"

cd "$scratch"
while read -r line; do
    # None of these lines has quotes: split at blanks.
    # shellcheck disable=SC2086
    set -- $line
    command=$1
    shift
    case $command in
    build/srnn)
        run_example "$@"
        echo "ran:   $line"
        ;;
    build/examples/*)
        [ -e "$top/examples/${command#build/examples/}.c" ] || fail "there is no $command"
        ;;
    make)
        make -n -C "$top" BUILD="$BUILD" "$@" >out 2>&1 || fail "$line: $(cat out)"
        # A target that is for users stands in make help.
        for word in "$@"; do
            case $word in
            *=*) ;;
            *)
                make -s -C "$top" help | grep -q "^  $word " || fail "make help lacks $word"
                ;;
            esac
        done
        echo "there: $line"
        ;;
    *)
        fail "a line that this test does not know how to check: $line"
        ;;
    esac
done <commands

# The versions that it names are today's.
cd "$top"
version=$("$SRNN" --version | sed -n 's/^srnn //p')
grep -qF "find_package(srnn $(series_of "$version") REQUIRED)" README.md ||
    fail "README.md does not ask find_package for $(series_of "$version")"
grep -qF "build/libsrnn-$version.tar.gz" README.md || fail "README.md has another release than $version"

# And what stands in the running text between `...`.
# shellcheck disable=SC2016
tr '\n' ' ' <README.md | grep -Eo '`(make|srnn) [^`]*`' | tr -d '`' >"$scratch/inline"
cd "$scratch"
while read -r command rest; do
    # shellcheck disable=SC2086
    if [ "$command" = make ]; then
        make -n -C "$top" BUILD="$BUILD" $rest >out 2>&1 || fail "make $rest: $(cat out)"
    else
        succeed $rest
    fi
done <inline

# The C of the README compiles without a warning, between declarations of what it
# takes for granted.
cd "$top"
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' README.md >"$scratch/block"
[ -s "$scratch/block" ] || fail "README.md has no block of C"
{
    cat <<'C'
#include <srnn.h>
#include <string.h>
enum { STEPS = 20, BATCH = 20 };
void readme(srnn_model *model, srnn_random *random, srnn_batch *batch, srnn_workspace *workspace,
            srnn_regularizer *regularizer, srnn_clipper *clipper, srnn_optimizer *optimizer,
            float *gradient, size_t n, uint32_t *ids, uint32_t *classes);
void readme(srnn_model *model, srnn_random *random, srnn_batch *batch, srnn_workspace *workspace,
            srnn_regularizer *regularizer, srnn_clipper *clipper, srnn_optimizer *optimizer,
            float *gradient, size_t n, uint32_t *ids, uint32_t *classes)
{
    double rate, loss, weight, omega, norm;
C
    cat "$scratch/block"
    echo "}"
} >"$scratch/readme.c"
${CC:-cc} -std=c99 -pedantic-errors -Wall -Wextra -Wconversion -Werror -Iinclude -fsyntax-only \
    "$scratch/readme.c" || fail "the C block of README.md does not compile"

# Its calls, in this order and with as many arguments, are those of
# examples/train.c, which may have others between. Where examples/train.c has a
# function of its own, `show`, its calls count where it stands.
calls() {
    tr -d '\n' <"$1" | grep -o 'srnn_[a-z_]*([^;]*)' | sed 's/must(//' | awk '
        { name = $0; sub(/\(.*/, "", name); print name, gsub(/,/, ",") }'
}
calls "$scratch/block" >"$scratch/shown"
calls examples/train.c >"$scratch/made"
[ "$(wc -l <"$scratch/shown")" -ge 10 ] || fail "the C block of README.md has few calls"
while read -r call; do
    grep -qx "$call" "$scratch/made" ||
        fail "README.md calls ${call% *} with $((${call#* } + 1)) arguments, examples/train.c does not"
    grep -q "[ *]${call% *}(" include/srnn.h || fail "include/srnn.h has no ${call% *}"
done <"$scratch/shown"
for file in shown made; do
    # From the creation of the model on: those that stand in main or the block.
    grep -Ev 'srnn_(batch_|forward|count)' "$scratch/$file" | sed -n '/^srnn_model_create/,$p' |
        cut -d' ' -f1 >"$scratch/$file.order"
done
grep -xFf "$scratch/shown.order" "$scratch/made.order" >"$scratch/order"
same "$scratch/shown.order" "$scratch/order" "the order of the calls in README.md and examples/train.c"

# The checks that it names are made by `make check-all`.
make -s -n check-all | sed -n 's/^$(MAKE) //p' >"$scratch/checks"
# shellcheck disable=SC2016
grep -o '`check[a-z-]*`' README.md | tr -d '`' | sort -u >"$scratch/named"
[ "$(wc -l <"$scratch/named")" -ge 10 ] || fail "README.md names few checks"
grep -vxFf "$scratch/checks" "$scratch/named" >"$scratch/unmade" &&
    fail "README.md names checks that make check-all does not make: $(cat "$scratch/unmade")"

# The names that GitHub gives the headings of document $1.
anchors() {
    awk '/^```/ { code = !code }
        !code && /^##* / {
            sub(/^#* */, "")
            name = tolower($0)
            gsub(/[^a-z0-9 _-]/, "", name)
            gsub(/ /, "-", name)
            print name
        }' "$1"
}

# Links in all documents lead to files, folders and headings that are there.
find . -name '*.md' ! -path './build/*' ! -path './.git/*' >"$scratch/documents"
while read -r document; do
    # Code is not a link.
    awk '/^```/ { code = !code; next } !code && !/^    /' "$document" |
        grep -o '](\([^)]*\))' | sed 's/^](//;s/)$//' >"$scratch/links" || :
    while read -r link; do
        target=$(dirname "$document")/${link%%#*}
        case $link in
        http://* | https://*) continue ;;
        "#"*) target=$document ;;
        esac
        [ -e "$target" ] || fail "$document: a link to $link, which is not there"
        case $link in
        *"#"*) anchors "$target" | grep -qxF -- "${link#*#}" || fail "$document: $link has no such heading" ;;
        esac
    done <"$scratch/links"
done <"$scratch/documents"

# The folders of the table are there, and no other folder is left out but hidden
# ones and build/.
for folder in */; do
    case $folder in
    build/) ;;
    *) grep -q "^| \[$folder\]" README.md || fail "README.md lacks the folder $folder" ;;
    esac
done

echo "README.md: all of it is so"
