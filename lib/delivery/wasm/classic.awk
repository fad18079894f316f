# classic.awk - makes a classic script of srnn.mjs, which sets globalThis.srnn
#
#     awk -f lib/delivery/wasm/classic.awk srnn.mjs BASE64 > srnn.js
#
# globalThis.srnn has what srnn.mjs exports. The bytes of srnn.wasm, in base64, take the place of
# the address in the line of "@HOME@".

NR == 1 { print "globalThis.srnn = (() => {\n'use strict';" }
NR != FNR { exit }
/@HOME@/ {
    print "const home = () => Uint8Array.from(atob(`"
    while ((getline line < ARGV[2]) > 0) print line
    print "`), (letter) => letter.charCodeAt(0));"
    next
}
{
    sub(/^export \{/, "return {")
    print
}
END { print "})();" }
