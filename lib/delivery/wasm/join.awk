# join.awk - joins modules into one, and fills in what srnn.h says
#
#     awk -f lib/delivery/wasm/join.awk include/srnn.h constants.mjs ... srnn.mjs > joined
#
# "@CONSTANTS@" stands in a line of its own, "@VERSION@" in a part of one. Lines that import from a
# module of the same folder are left out, and so is the word "export" before a declaration: the
# joined module exports what the `export {` of the last one names.

FNR == 1 { file++ }

file == 1 && $1 == "#define" && $3 ~ /^\(?-?[0-9]+u?\)?$/ {
    number = $3
    gsub(/[()u]/, "", number)
    name[++count] = substr($2, length("SRNN_") + 1)
    value[count] = number
}
file == 1 && $2 == "SRNN_VERSION_STRING" {
    version = $3
    gsub(/"/, "", version)
}
file == 1 { next }

/@CONSTANTS@/ {
    form = FILENAME ~ /\.ts$/ ? "    readonly %s: %s;\n" : "    %s: %s,\n"
    for (i = 1; i <= count; i++) printf form, name[i], value[i]
    next
}
FILENAME ~ /\.mjs$/ {
    if (/^import .* from '\.\//) next
    if (!/^export \{/) sub(/^export /, "")
}
{
    gsub(/@VERSION@/, version)
    print
}
