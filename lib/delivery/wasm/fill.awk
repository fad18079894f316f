# fill.awk - writes a file of the package, with the constants and the version of srnn.h
#
#     awk -f lib/delivery/wasm/fill.awk include/srnn.h lib/delivery/wasm/srnn.mjs
#
# "@CONSTANTS@" stands in a line of its own. "@VERSION@" is a part of a line.

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
{
    gsub(/@VERSION@/, version)
    print
}
