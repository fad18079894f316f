#!/bin/sh
# check_wasm.sh PACKAGE - the WebAssembly module in Node: the bits and files of C, errors, memory,
# types. BUILD has the library and the program of the separate family, as `make check-wasm` makes
# them.
set -eu
. tests/ffi/binding.sh

package=$1
tests/install_tool.sh node=nodejs npm

# Exactly the functions of srnn.h, but for those with a reason.
sh tests/layers/declared.sh >"$scratch/declared"
awk '$2 == "absent" { print $1 }' tests/wasm/left_out.txt | sort >"$scratch/absent"
comm -23 "$scratch/declared" "$scratch/absent" >"$scratch/wanted"
node tests/wasm/declared.mjs "$package" >"$scratch/exported" || fail "srnn.d.ts"
same "$scratch/wanted" "$scratch/exported" "the functions that the module exports"
# Functions of every kind of handle are called under a name that is put together.
{
    grep -o 'srnn_[a-z0-9_]*' "$package/srnn.mjs"
    for kind in $(sed -n "s/.*static kind = '\([a-z]*\)'.*/\1/p" "$package/srnn.mjs"); do
        echo "srnn_${kind}_destroy"
        echo "srnn_${kind}_set"
        echo "srnn_${kind}_get"
    done
} | sort -u >"$scratch/called"
awk '$2 == "unused" { print $1 }' tests/wasm/left_out.txt | sort >"$scratch/unused"
comm -23 "$scratch/exported" "$scratch/called" >"$scratch/not_called"
same "$scratch/unused" "$scratch/not_called" "the functions that no class calls"
echo "functions: $(wc -l <"$scratch/exported") exported, $(wc -l <"$scratch/absent") left out"

# The bits of the separate family.
node tests/wasm/train_hash.mjs "$package" >"$scratch/hash"
grep '^separate' tests/exact/training.hash >"$scratch/wanted"
same "$scratch/wanted" "$scratch/hash" "the training hash"
echo "train_hash: $(cat "$scratch/hash"), as in C"

# A user's project, with the package as npm packs it.
packed=$(cd "$package" && npm pack --silent --pack-destination "$scratch")
mkdir "$scratch/user"
tar -tf "$scratch/$packed" | sed 's/^package.//' | sort >"$scratch/files"
printf '%s\n' LICENSE README.md package.json srnn.d.ts srnn.js srnn.mjs srnn.wasm | sort \
    >"$scratch/wanted"
same "$scratch/wanted" "$scratch/files" "the files of the package"
npm install --silent --offline --no-audit --no-fund --prefix "$scratch/user" "$scratch/$packed" \
    >"$scratch/npm" || fail "npm install: $(cat "$scratch/npm")"
cp examples/ffi/wasm/train.mjs "$scratch/user"
train_alike WebAssembly node "$scratch/user/train.mjs"

page=lib/delivery/wasm/README.md
awk '/^```js$/ { on = 1; next } /^```$/ { exit } on' $page >"$scratch/user/readme.mjs"
node "$scratch/user/readme.mjs" >"$scratch/out" || fail "the program of $page"
grep -q '^loss 1\.[0-9]*$' "$scratch/out" || fail "$page: $(cat "$scratch/out")"

# There is no parallel-for, and a model can only be bound to memory that there is.
refuse_all WebAssembly 'a parallel-for .*|parameters of nobody' \
    node tests/wasm/refusals.mjs "$package"
node --input-type=module -e '
    import { loadPackage } from "./tests/wasm/package.mjs";
    const srnn = await loadPackage(process.argv[1]);
    const options = new Set();
    for (let i = 0, key; (key = srnn.optionKey(i)) !== 0; i++) {
        options.add(srnn.optionInfo(key).name);
    }
    for (const [name, value] of Object.entries(srnn)) {
        if (typeof value === "number" && !options.has(`SRNN_${name}`)) {
            console.log(name, value);
        }
    }' "$package" >"$scratch/list"
constants_agree WebAssembly <"$scratch/list"

node tests/wasm/classes.mjs "$package"
node --expose-gc tests/wasm/memory.mjs "$package"
node tests/wasm/load.mjs "$package"

# Files of C.
mkdir "$scratch/c"
${CC:-cc} -std=c99 -I"$installed/include" tests/wasm/write_files.c "$BUILD/libsrnn.a" \
    -o "$scratch/write_files"
"$scratch/write_files" "$scratch/c"
"$SRNN" train temporal-order --length 20 --updates 20 --evaluate-every 10 \
    --save "$scratch/c/trained.srnn" >"$scratch/out" 2>&1 || fail "srnn train: $(cat "$scratch/out")"
node tests/wasm/files.mjs "$package" "$scratch/c"
for name in trained resaved; do
    "$SRNN" convert "$scratch/c/$name.srnn" --to pytorch --output "$scratch/c/$name.pytorch" >/dev/null ||
        fail "srnn does not read $name.srnn"
done
cmp "$scratch/c/trained.pytorch" "$scratch/c/resaved.pytorch" || fail "the module changed a model"

# The command of lib/delivery/README.md, with which somebody makes a module of their own.
page=lib/delivery/README.md
sed -n '/^    clang/,/^$/p' $page |
    sed "s,build/amalgamation,${package%wasm}amalgamation,;s,build/bare,$scratch/bare," >"$scratch/sh"
sh -e "$scratch/sh" 2>"$scratch/warnings" || fail "$page: $(cat "$scratch/warnings")"
[ -s "$scratch/bare.wasm" ] || fail "$page makes no module"

# What tsc accepts.
tests/install_npm.sh "$scratch/user" typescript 5 >"$scratch/npm" 2>&1 ||
    fail "typescript: $(cat "$scratch/npm")"
cp tests/wasm/types.ts "$scratch/user/types.mts"
(cd "$scratch/user" && node_modules/.bin/tsc --noEmit --strict --target es2022 \
    --module nodenext --lib es2022,dom types.mts) || fail "srnn.d.ts"
echo "types: tsc accepts and refuses what it should"
