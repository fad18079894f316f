# amalgamate.awk - joins the library into one source file
#
#     awk -f lib/delivery/amalgamate.awk lib/*.c lib/*/*.c > srnn.c
#
# A header of lib/ with an include guard is put in once, a template without one
# at every place that includes it; srnn.h stays an include. Static names and
# macros of a file are its own: the names get the file's name as a prefix, the
# macros end with the file.

# Copy a file's lines, and those of what it includes, to standard output.
function copy(path,    line, name, guarded) {
    while ((getline line < path) > 0) {
        if (line !~ /^#include "/) {
            print line
            continue
        }
        name = line
        sub(/^#include "/, "", name)
        sub(/".*/, "", name)
        if (name == "srnn.h") {
            if (!seen[name]++) print line
            continue
        }
        if (name in guards) guarded = guards[name]
        else guarded = guards[name] = has_guard(folder name)
        if (guarded && seen[name]++) continue
        copy(folder name)
    }
    close(path)
}

# Whether the first directive of a header opens a guard: `#ifndef SRNN_X_H`.
function has_guard(path,    line, result) {
    while ((getline line < path) > 0) {
        if (line ~ /^#/) {
            result = line ~ /^#ifndef SRNN_[A-Z_]*_H$/
            break
        }
    }
    close(path)
    return result
}

# The static names and the macros that a file defines, in order.
function scan(path,    line, name) {
    statics = macros = 0
    while ((getline line < path) > 0) {
        if (line ~ /^static [^=;]*[ *][a-z_0-9]+\(/ || line ~ /^static const [^=(]*[ *][a-z_0-9]+(\[[^]]*\])? *=/) {
            name = line
            sub(/\(.*/, "", name)
            sub(/(\[[^]]*\])? *=.*/, "", name)
            sub(/.*[ *]/, "", name)
            if (name !~ /^srnn__/) static_name[statics++] = name
        } else if (line ~ /^#define [A-Z]/) {
            name = line
            sub(/^#define /, "", name)
            sub(/[^A-Z_0-9].*/, "", name)
            macro_name[macros++] = name
        }
    }
    close(path)
}

BEGIN {
    print "/* srnn.c - libsrnn in one file, made by `make amalgamation`. Compile it with"
    print " * -std=c99 -O3 -ffp-contract=off. Without a C library's heap, define"
    print " * SRNN_NO_HEAP. */"
    for (argument = 1; argument < ARGC; argument++) {
        path = ARGV[argument]
        folder = path
        sub(/\/.*/, "/", folder)
        stem = path
        sub(/.*\//, "", stem)
        sub(/\.c$/, "", stem)
        scan(path)
        print "\n/* ==================== " stem ".c ==================== */"
        if (stem == "heap") print "#ifndef SRNN_NO_HEAP"
        # Headers come before the names are redefined.
        hold = ""
        while ((getline line < path) > 0) if (line ~ /^#include "/) {
            name = line
            sub(/^#include "/, "", name)
            sub(/".*/, "", name)
            if (name == "srnn.h" ? !seen[name]++ : has_guard(folder name) && !seen[name]++) {
                if (name == "srnn.h") print line
                else copy(folder name)
            }
        }
        close(path)
        for (i = 0; i < statics; i++)
            print "#define " static_name[i] " srnn__" stem "_" static_name[i]
        copy(path)
        for (i = 0; i < statics; i++) print "#undef " static_name[i]
        for (i = 0; i < macros; i++) print "#undef " macro_name[i]
        if (stem == "heap") print "#endif"
    }
}
