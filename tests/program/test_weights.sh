#!/bin/sh
# The header of a file of PyTorch's weights: JSON as other programs may write it is understood, and
# whatever it has in place of JSON is refused with one line. test_convert.sh has the tensors.
set -eu
. tests/program/library.sh
# shellcheck disable=SC2046
build_helper explain_weights $(program_objects storage support)
cd "$scratch"

# with_header FORMAT: the file `weights`, whose header is a text in the notation of printf. Behind it
# are zeros for one unit of everything, 24 bytes.
with_header() {
    # shellcheck disable=SC2059
    printf "$1" >header
    {
        begin_safetensors
        head -c 24 /dev/zero
    } >weights
}
to_srnn="convert weights --to srnn --output none --activation tanh --output-kind linear"
# explains MESSAGE: this is said of the file `weights`.
explains() {
    last="(explain_weights)"
    status=0
    ./explain_weights weights 2>err >out || status=$?
    one_line 1
    says "weights: $1"
}
# fault MESSAGE FORMAT
fault() {
    with_header "$2"
    explains "$1"
}
# unexplained: in the file `weights` is nothing that could be named. `srnn convert` refuses it too.
unexplained() {
    # shellcheck disable=SC2086
    refuse 1 "weights: cannot load the " $to_srnn
    explains "not the weights of one torch.nn.RNN layer and one linear head"
}
damaged() {
    with_header "$1"
    unexplained
}

# tensor NAME SHAPE PLACE: a member, with blanks wherever JSON may have them.
tensor() {
    printf ' "%s"\t: { "dtype" : "F32" ,\r\n"shape": [ %s ] , "data_offsets" :[%s]}' "$1" "$2" "$3"
}
layer="$(tensor weight_ih_l0 '1 , 1' 0,4), $(tensor weight_hh_l0 1,1 4,8)"
biases="$(tensor bias_ih_l0 1 8,12), $(tensor bias_hh_l0 1 12,16)"
head="$(tensor weight 1,1 16,20), $(tensor bias 1 20,24)"
all="$layer, $biases, $head"
with_header "{$all }  "
succeed convert weights --to srnn --output model --activation tanh --output-kind linear
[ "$(value_of inputs) $(value_of hidden) $(value_of outputs)" = "1 1 1" ] || fail_run "one of everything"
with_header "{ \"__metadata__\" : { \"format\" : \"pt\" } , $all}"
succeed convert weights --to srnn --output again --activation tanh --output-kind linear
same model again "weights with metadata"

# Not JSON, or not of a safetensors file, up to the place of the fault.
for text in '' x '[]' '{' '{"' '{"weight' '{x' '{"a"' '{"a":' '{"a":1' '{"a":"F32"}' '{"a":{' '{"a":{"' \
    '{"a":{"dtype"' '{"a":{"dtype":' '{"a":{"dtype":"F32' '{"a":{"dtype":1}}' '{"a":{"dtype":"F32"' \
    '{"a":{"dtype":"F32" "shape":[]}}' '{"a":{"dtype":"F32",}}' '{"a":{"shape"' '{"a":{"shape":[' \
    '{"a":{"shape":[1' '{"a":{"shape":[1,' '{"a":{"shape":[1 1]}}' '{"a":{"shape":[x]}}' \
    '{"a":{"shape":[-1]}}' '{"a":{"shape":[:]}}' '{"a":{"shape":[1],"dtype" "F32"}}' '{"a":{1:2}}' \
    '{\0' '{"a\\' '{"a\\u00'; do
    damaged "$text"
done
member='"weight":{"dtype":"F32","shape":[1]}'
for text in "{$member" "{$member," "{$member,}" "{$member $member}" "{$member,1}" "{$member,\"a\"}"; do
    damaged "$text"
done
# All of the tensors are there, but what they say of their bytes is not so.
with_header "{$(echo "$all" | sed 's/20,24/20,25/')}"
unexplained
# A length that is not that of a header.
printf '\377\377\377\377\377\377\377\377{}' >weights
unexplained

printf abc >weights
unexplained

# Elements of two bytes are read too.
for type in F16 BF16; do
    fault "there is no weight_hh_l0" "{\"weight_ih_l0\":{\"dtype\":\"$type\",\"shape\":[1,1]}}"
done

# Escapes in names: those of ASCII are decoded, and of others the backslash is left out.
f32='"dtype":"F32","shape"'
text="$f32:[1]"
fault 'a/b is no tensor of' "{\"a\\\\/b\":{$text}}"
fault 'a"b is no tensor of' "{\"a\\\\\"b\":{$text}}"
fault 'aJjb is no tensor of' "{\"a\\\\u004a\\\\u006Ab\":{$text}}"
fault 'au00e9b is no tensor of' "{\"a\\\\u00e9b\":{$text}}"
fault 'au004gb is no tensor of' "{\"a\\\\u004gb\":{$text}}"
# A long name is cut, and of many sides the first eight are shown.
long=$(printf '%0150d' 0)
fault "$(echo "$long" | cut -c 1-127) is no tensor of" "{\"$long\":{$text}}"
fault "weight is [1 x 2 x 3 x 4 x 5 x 6 x 7 x 8], not [outputs x hidden]" \
    "{$layer, \"weight\":{\"dtype\":\"F32\",\"shape\":[1,2,3,4,5,6,7,8,9,10]}}"
sides=18446744073709551615
fault "weight is [$sides x $sides x $sides x $sides x $sides x " "{$layer, \"weight\":{\"dtype\":\"F32\",\"shape\":[$sides,$sides,$sides,$sides,$sides,$sides,$sides]}}"
# Only metadata.
fault "there are no tensors" '{"__metadata__":{"format":"pt"}}'

# Gates are told from a shape that is only wrong, and what begins like a tensor of a layer from it.
for shape in 3 '3,0' '7,2' '5,1' '2,1' '3,1,1'; do
    fault "weight_hh_l0 is [$(echo "$shape" | sed 's/,/ x /g')], not [hidden x hidden]" \
        "{\"weight_ih_l0\":{$f32:[1,1]},\"weight_hh_l0\":{$f32:[$shape]},\"weight\":{$f32:[1,1]}}"
done
for name in weight_l0 weight_ih_k0 weight_ihl0 weight_ih_ bias_l0 weights h0_l0 bias_h bias_ih_l; do
    fault "$name is " "{\"$name\":{$text}}"
    case $name in
    bias_ih_l) says "of a second layer" ;;
    *) says "no tensor of a torch.nn.RNN, of its head or an initial state (h0)" ;;
    esac
done
fault "there is bias_ih_l0, but no bias_hh_l0" "{$layer, $(tensor bias_ih_l0 1 8,12), $head}"
# Prefixes of the same length, and one that begins the other.
fault "ab.weight_ih_l0 and cd.weight_hh_l0 are of two layers" \
    "{$(tensor ab.weight_ih_l0 1,1 0,4), $(tensor cd.weight_hh_l0 1,1 4,8)}"
fault "a.weight_ih_l0 and a.b.weight_hh_l0 are of two layers" \
    "{$(tensor a.weight_ih_l0 1,1 0,4), $(tensor a.b.weight_hh_l0 1,1 4,8)}"
fault "bias_ih_l0 is [2], not [hidden]" "{$layer, $(tensor bias_ih_l0 2 0,8), $(tensor bias_hh_l0 1 8,12), $head}"
fault "h0 is [1 x 2], not [hidden]" "{$all, $(tensor h0 1,2 8,16)}"
[ ! -e none ] || fail "a file was left"

echo "weights: all as it should be"
