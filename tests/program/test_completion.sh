#!/bin/sh
# Completion of command lines in bash, zsh and fish. The scripts come from the program's tables of
# options; here they are held against its help. A shell that is not there is left out.
set -eu
. tests/program/library.sh
tree=$PWD
cd "$scratch"

mkdir bin
ln -s "$SRNN" bin/srnn
PATH=$scratch/bin:$PATH

for shell in bash zsh fish; do
    succeed help --completion $shell
    [ ! -s err ] || fail_run "nothing was expected on standard error"
    mv out script.$shell
done
refuse 2 "bash, zsh or fish" help --completion
refuse 2 "bash, zsh or fish" help --completion tcsh
refuse 2 "extra" help --completion bash extra

# Every option of every command is in every script: all that the help lists.
"$SRNN" --help >commands
sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' commands >names
while read -r command; do
    succeed "$command" --help
    sed -n 's/^  --\([a-z-]*\).*/\1/p' out | sort >"options.$command"
    sed -n "/^    $command)/,/^        ;;/s/^        \(flags\|takes\)='//p" script.bash |
        tr -d "'" | tr ' ' '\n' | sed -n 's/^--//p' | sort >seen
    same "options.$command" seen "bash: the options of $command"
    sed -n "/^  $command)/,/^    ;;/s/^      '--\([a-z-]*\).*/\1/p" script.zsh | sort >seen
    same "options.$command" seen "zsh: the options of $command"
    sed -n "s/.*_from $command' -l \([a-z-]*\).*/\1/p" script.fish | sort >seen
    same "options.$command" seen "fish: the options of $command"
done <names
for shell in bash zsh fish; do
    grep -q "bash zsh fish" script.$shell || fail "$shell: srnn help --completion"
done
if [ ! -s options.train ] || [ ! -s options.demo ]; then fail "there are no commands"; fi

if command -v bash >/dev/null; then
    # Prints what bash completes: complete.bash WORD... with the last word unfinished.
    cat >complete.bash <<'EOF'
. "$1"
shift
COMP_WORDS=(srnn "$@")
COMP_CWORD=$#
_srnn
for reply in "${COMPREPLY[@]}"; do echo "$reply"; done
EOF
    bash -n script.bash || fail "bash: the script"
    bash -c '. "$1" && complete -p srnn' - "$tree/src/completions/srnn.bash" >seen
    grep -q -- '-F _srnn srnn' seen || fail "bash: nothing completes srnn"
    # completes WANTED WORD...: the completions, each with a blank after it.
    completes() {
        _wanted=$1
        shift
        _seen=$(bash complete.bash "$tree/src/completions/srnn.bash" "$@" | tr '\n' ' ')
        [ "$_seen" = "$_wanted" ] || fail "bash, srnn $*: '$_seen', not '$_wanted'"
    }
    : >'a model'
    : >another
    completes "train " tr
    completes "--help " --h
    completes "sample " help sa
    completes "--completion " help --c
    completes "bash zsh fish " help --completion ''
    completes "zsh " help --completion z
    completes "temporal-order temporal-order-3bit " train temp
    completes "addition " eval model add
    completes "addition " train --hidden 5 --quiet --optimizer = adam add
    completes "adam " train addition --optimizer a
    completes "adam " train addition --optimizer = a
    completes "sgd momentum nesterov rmsprop adam " train addition --optimizer =
    completes "norm none " train addition --clip n
    completes "" train addition --hidden ''
    completes "--evaluate-every --evaluate-sequences --evaluate-steps --evaluate-length " train addition --eval
    completes "pytorch " convert another --to py
    completes "a model another " inspect a
    completes "a model another " train text a
    completes "a model another " train text --save a
    completes "curves " figure cu
    completes "another " figure curves ano
    completes "" nonsense ''
fi
if command -v zsh >/dev/null; then
    zsh -n script.zsh || fail "zsh: the script"
    zsh -f -c 'autoload -U compinit && compinit -u -d dump && . ./script.zsh && print $_comps[srnn]' \
        >seen 2>err || fail "zsh: $(cat err)"
    [ "$(cat seen)" = _srnn ] || fail "zsh: nothing completes srnn"
fi
if command -v fish >/dev/null; then
    HOME=$scratch fish -n script.fish || fail "fish: the script"
    # fish_completes WANTED LINE
    fish_completes() {
        _seen=$(HOME=$scratch fish --no-config -c "source script.fish; complete -C '$2'" |
            cut -f 1 | sort | tr '\n' ' ')
        [ "$_seen" = "$1" ] || fail "fish, $2: '$_seen', not '$1'"
    }
    fish_completes "train " "srnn tr"
    fish_completes "adam " "srnn train addition --optimizer a"
    fish_completes "--hidden " "srnn train --hid"
    fish_completes "zsh " "srnn help --completion z"
fi

# What is installed leads there.
for file in srnn.bash _srnn srnn.fish; do
    grep -q 'srnn help --completion' "$tree/src/completions/$file" || fail "$file"
done

echo "completion: as the help"
