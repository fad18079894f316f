# amalgamate.awk - joins the library into one source file
#
#     awk -f lib/delivery/amalgamate.awk lib/*.c lib/*/*.c > srnn.c
#
# It is run at the top of the source, where LICENSE is: the licence ends the file, as it must go
# with every copy.
#
# A header of lib/ with an include guard is copied once. A template, which is a header without a
# guard, is copied at every place that includes it; srnn.h stays an include. What a file and its
# templates keep to themselves gets the file's name as a prefix: static functions and constants,
# structs and typedefs. Their macros end with the file.
#
# A template includes no header with a guard: the header would land where the template's file has
# set a target of its own.

# The name in the quotes of an #include, or "".
function included(line) {
    if (line !~ /^#include "/) return ""
    sub(/^#include "/, "", line)
    sub(/".*/, "", line)
    return line
}

# Whether the first directive of a header opens a guard: `#ifndef SRNN_X_H`.
function has_guard(path,    line) {
    if (path in guards) return guards[path]
    guards[path] = 0
    while ((getline line < path) > 0) {
        if (line ~ /^#/) {
            guards[path] = line ~ /^#ifndef SRNN_[A-Z_]*_H$/
            break
        }
    }
    close(path)
    return guards[path]
}

# Collect in `own` what a file and its templates define for themselves, "struct x" for a struct,
# and in `macros` their macros, in order.
function scan(path,    line, name) {
    while ((getline line < path) > 0) {
        name = included(line)
        if (name != "") {
            if (name != "srnn.h" && !has_guard(folder name)) scan(folder name)
            continue
        }
        if (line ~ /^ *static [^=;]*[ *][a-z_0-9#]+\(/ ||
            line ~ /^static const [^=(]*[ *][a-z_0-9]+(\[[^]]*\])? *=/ || line ~ /^typedef /) {
            # The last word before what ends the name; before ## of a pasted one.
            sub(/ __attribute__.*/, "", line)
            sub(/[(=[;].*/, "", line)
            sub(/ *$/, "", line)
            sub(/.*[ *]/, "", line)
            sub(/##.*/, "", line)
            if (line !~ /^srnn__/) own[line] = 1
        } else if (line ~ /^struct [a-z_0-9]+ \{$/) {
            split(line, words, " ")
            if (words[2] !~ /^srnn_/) own["struct " words[2]] = 1
        } else if (line ~ /^#define [A-Z]/) {
            split(line, words, /[ (]/)
            if (!(words[2] in is_macro)) macros[++macro_count] = words[2]
            is_macro[words[2]] = 1
        }
    }
    close(path)
}

# The line with the file's own names prefixed, except in comments, in strings and as members.
function rename(line,    result, word) {
    result = ""
    while (line != "") {
        if (in_comment) {
            if (!match(line, /\*\//)) break
            in_comment = 0
            result = result substr(line, 1, RSTART + 1)
            line = substr(line, RSTART + 2)
            continue
        }
        if (!match(line, /[A-Za-z_0-9]+|\/\*|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'/)) break
        word = substr(line, RSTART, RLENGTH)
        result = result substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (word == "/*") in_comment = 1
        if (result ~ /struct $/ ? ("struct " word) in own : word in own && result !~ /(\.|->)$/)
            word = "srnn__" stem "_" word
        result = result word
    }
    return result line
}

# Copy a file's lines, and those of what it includes. `is_own`: it is a source file or a template.
function copy(path, is_own, is_template,    line, name) {
    while ((getline line < path) > 0) {
        name = included(line)
        if (name == "") print is_own ? rename(line) : line
        else if (name == "srnn.h") {
            if (!seen[name]++) print line
        } else if (!has_guard(folder name)) copy(folder name, 1, 1)
        else if (is_template) {
            print path ": a template includes " name > "/dev/stderr"
            exit 1
        } else if (!seen[name]++) copy(folder name, 0, 0)
    }
    close(path)
}

# Add a source file, with what it includes.
function add(path,    i) {
    folder = stem = path
    sub(/\/.*/, "/", folder)
    sub(/.*\//, "", stem)
    sub(/\.c$/, "", stem)
    split("", own)
    split("", is_macro)
    macro_count = 0
    scan(path)
    print "\n/* ==================== " stem ".c ==================== */"
    copy(path, 1, 0)
    for (i = 1; i <= macro_count; i++) print "#undef " macros[i]
}

BEGIN {
    print "/* srnn.c - libsrnn in one file, made by `make amalgamation`. Compile it with"
    print " * -O2 or -O3, in C99 or later, and without -ffast-math. Without a C library's"
    print " * heap, define SRNN_NO_HEAP. The licence, MIT, is at the end. */"
    # clang warns of inline functions that a build does not use, unless they stand in a header.
    print "#if defined(__GNUC__) || defined(__clang__)"
    print "#pragma GCC diagnostic push"
    print "#pragma GCC diagnostic ignored \"-Wunused-function\""
    print "#endif"
    # heap.c comes last: a header that it were the first to include would go with SRNN_NO_HEAP.
    for (argument = 1; argument < ARGC; argument++) {
        if (ARGV[argument] ~ /\/heap\.c$/) heap = ARGV[argument]
        else add(ARGV[argument])
    }
    if (heap != "") {
        print "\n#ifndef SRNN_NO_HEAP"
        add(heap)
        print "#endif"
    }
    # hidden.h hides what comes after it, but not what a program has after #include "srnn.c".
    print "\n#if defined(__ELF__) || defined(__APPLE__)"
    print "#pragma GCC visibility pop"
    print "#endif"
    print "#if defined(__GNUC__) || defined(__clang__)"
    print "#pragma GCC diagnostic pop"
    print "#endif"
    print "\n/* ==================== the licence ===================="
    while ((getline line < "LICENSE") > 0) {
        print line == "" ? " *" : " * " line
        licence++
    }
    print " */"
    if (licence == 0) {
        print "amalgamate.awk: no LICENSE" > "/dev/stderr"
        exit 1
    }
}
