#!/bin/sh
# check_go.sh - examples/ffi/go, with cgo's strictest check of the pointers that are passed to C
set -eu
. tests/ffi/binding.sh

tests/install_tool.sh go=golang-go pkg-config
GOCACHE=$ffi/go_cache
GOPATH=$ffi/go
GOFLAGS=
GODEBUG=cgocheck=2
# What pkg-config says is not in the key of Go's cache: a run would link with the path of another.
CGO_LDFLAGS=-L$scratch/ffi/installed/lib
export GOCACHE GOPATH GOFLAGS GODEBUG CGO_LDFLAGS
# Both programs are of the module that they use.
build_go() {
    (cd examples/ffi/go && go build -o "$@") >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
}

unformatted=$(gofmt -l examples/ffi/go tests/ffi)
[ -z "$unformatted" ] || fail "gofmt would write otherwise: $unformatted"
(cd examples/ffi/go && go vet ./...) >"$scratch/log" 2>&1 || fail "$(cat "$scratch/log")"
build_go "$scratch/train" ./train
train_alike Go "$scratch/train"
build_go "$scratch/refusals" "$PWD/tests/ffi/refusals.go"
# What is left out cannot be written in Go: its types have no such value.
left_out='a handle of another kind|an allocator .*|a batch in a checkpoint'
left_out="$left_out|a negative .*|a parallel-for in .*|$no_such_numbers"
refuse_all Go "$left_out" "$scratch/refusals"
# A constant of Go is the header's, if its name is: ClipRuleAuto is SRNN_CLIP_RULE_AUTO.
awk '$1 == "#define" { gsub(/[()u]/, "", $3); number[$2] = $3 }
    $2 == "=" {
        wanted = substr($3, 3)
        gsub(/_/, "", wanted)
        print tolower("srnn" $1) == tolower(wanted) ? substr($3, 8) : $0, number[substr($3, 3)]
    }' "$installed/include/srnn.h" examples/ffi/go/constants.go >"$scratch/list"
constants_agree Go <"$scratch/list"
