# classic.awk - makes a classic script of srnn.mjs, which sets globalThis.srnn
#
#     awk -f lib/delivery/wasm/classic.awk srnn.mjs BASE64 > srnn.js
#
# What srnn.mjs exports becomes a property of globalThis.srnn. The bytes of srnn.wasm, in base64,
# take the place of the address in the line of "@HOME@".

NR == 1 {
    script = FILENAME
    base64 = ARGV[2]
    print "globalThis.srnn = (() => {"
    print "'use strict';"
}
FILENAME != script { exit }
/@HOME@/ {
    print "const home = () => Uint8Array.from(atob(`"
    while ((getline line < base64) > 0) print line
    print "`), (letter) => letter.charCodeAt(0));"
    next
}
/^export / {
    sub(/^export /, "")
    name = $0
    sub(/^(async )?(function|class) /, "", name)
    sub(/[^A-Za-z].*/, "", name)
    exported = exported (exported == "" ? "" : ", ") name
}
{ print }
END {
    print "return { " exported " };"
    print "})();"
}
