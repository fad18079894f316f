# prototypes.awk - the prototypes of the functions that a header declares, one a line
#
#     awk -f tests/layers/prototypes.awk include/srnn.h
#
# Comments, preprocessor lines and SRNN_API go, and what is left is cut at semicolons. A piece that is
# no typedef and has a name of the library before its first parenthesis declares a function.

{ text = text $0 "\n" }

END {
    while ((start = index(text, "/*")) > 0) {
        kept = kept substr(text, 1, start - 1) " "
        text = substr(text, start + 2)
        text = substr(text, index(text, "*/") + 2)
    }
    lines = split(kept text, line, "\n")
    for (i = 1; i <= lines; i++) {
        if (line[i] !~ /^[ \t]*#/ && line[i] !~ /^[ \t]*extern "C"/) code = code " " line[i]
    }
    declarations = split(code, declaration, ";")
    for (i = 1; i <= declarations; i++) {
        gsub(/[ \t]+/, " ", declaration[i])
        sub(/SRNN_API /, "", declaration[i])
        sub(/^[ }]+/, "", declaration[i])
        if (declaration[i] !~ /^typedef/ && declaration[i] ~ /^[^(]*[ *]srnn_[a-z0-9_]*\(/)
            print declaration[i]
    }
}
