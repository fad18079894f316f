# manual.awk - makes the manual page of the library from the comments of its header
#
#     awk -v date='January 1, 2026' -f lib/delivery/manual.awk include/srnn.h > srnn.3
#
# The comment on top becomes the description, a comment that opens with a rule of dashes a section
# of its own, and every other comment the text of the declarations below it, up to an empty line.
# Functions and constants are copied as they stand, each once. Lines of a comment that are indented
# further than its text are copied too.

# Text of a manual page: nothing in it is taken for an instruction.
function escape(line) {
    gsub(/\\/, "\\e", line)
    gsub(/-/, "\\-", line)
    gsub(/'/, "\\(aq", line)
    gsub(/`/, "\\(ga", line)
    gsub(/\^/, "\\(ha", line)
    gsub(/~/, "\\(ti", line)
    gsub(/\(\)/, "\\\\\\&()", line)
    if (line ~ /^\./) line = "\\&" line
    return line
}

# A line that is copied as it stands.
function copy(line) {
    print escape(line)
}

# Open or close a block of lines that are copied.
function literal(on) {
    if (on && !copying) { print ".Bd -literal"; fresh = 0 }
    if (!on && copying) print ".Ed"
    copying = on
}

# A sentence, in lines that are not long. What stands in backquotes is an argument.
function wrap(sentence,    word, words, w, line) {
    words = split(sentence, word, " ")
    line = ""
    for (w = 1; w <= words; w++) {
        if (line != "" && length(line) + length(word[w]) > 66) {
            argument(line)
            line = ""
        }
        line = line (line == "" ? "" : " ") word[w]
    }
    if (line != "") argument(line)
}

function argument(line,    parts, part, i, out) {
    parts = split(line, part, "`")
    out = escape(part[1])
    for (i = 2; i <= parts; i++) out = out (i % 2 ? "\\fR" : "\\fI") escape(part[i])
    print out
}

# The lines of a comment, from..to in text[], as paragraphs; sentences start a line.
function paragraphs(from, to,    i, line, open) {
    open = 0
    for (i = from; i <= to; i++) {
        line = text[i]
        if (line ~ /^ *$/) {
            if (copying && i < to && text[i + 1] ~ /^  /) { copy(""); continue }
            literal(0)
            open = 0
            continue
        }
        if (line ~ /^  /) {
            literal(1)
            copy(line)
            continue
        }
        if (copying) { literal(0); open = 0 }
        if (!open && !fresh) print ".Pp"
        open = 1
        fresh = 0
        gsub(/\.  */, "&\001", line)
        gsub(/\. *\001/, ".\001", line)
        n = split(line, sentence, "\001")
        for (k = 1; k <= n; k++) {
            # Not after an abbreviation or before a small letter.
            if (k < n && sentence[k + 1] !~ /^[A-Z]/) { sentence[k + 1] = sentence[k] " " sentence[k + 1]; continue }
            wrap(sentence[k])
        }
    }
    literal(0)
}

function section(title) {
    print ".Ss " escape(title)
    fresh = 1
}

# Read a comment that starts on this line into text[1..lines], without its marks.
function read_comment(    line) {
    lines = 0
    line = $0
    sub(/^\/\* ?/, "", line)
    for (;;) {
        ended = line ~ /\*\/$/
        sub(/ *\*\/$/, "", line)
        text[++lines] = line
        if (ended || (getline) <= 0) return
        line = $0
        sub(/^ \* ?/, "", line)
    }
}

# The subsections of the comment on top are lines that have an empty one above and below.
function preface(    i, from) {
    from = 3
    for (i = 3; i <= lines; i++)
        if (text[i] ~ /^[A-Z][^.:]*$/ && text[i - 1] == "" && text[i + 1] == "") {
            paragraphs(from, i - 1)
            section(text[i])
            from = i + 1
        }
    paragraphs(from, lines)
}

BEGIN {
    print ".\\\" Made from srnn.h by lib/delivery/manual.awk."
    print ".Dd " date
    print ".Dt SRNN 3"
    print ".Os"
    print ".Sh NAME"
    print ".Nm srnn"
    print ".Nd train and run simple recurrent networks inside other programs"
    print ".Sh LIBRARY"
    print "libsrnn"
    print ".Pq \\-lsrnn"
    print ".Sh SYNOPSIS"
    print ".In srnn.h"
    print ".Pp"
    print "cc ... $(pkg\\-config \\-\\-cflags \\-\\-libs srnn)"
    print ".Sh DESCRIPTION"
    fresh = 1
}

# The guard, what is included, and what is for C++.
/^#ifndef SRNN_H/, /^#include <stdint/ { next }
/^#ifdef __cplusplus/, /^#endif/ { next }
/^#endif/ { next }
/^SRNN_API$/ { next }

/^\/\*/ {
    read_comment()
    if (!described++) preface()
    else if (text[1] ~ /^-----/) {
        section(text[2])
        paragraphs(3, lines - 1)
    } else {
        held = 1
        for (i = 1; i <= lines; i++) keep[i] = text[i]
        kept = lines
    }
    next
}

# Declarations, to the empty line; then what was said about them.
/^$/ {
    literal(0)
    if (held) {
        for (i = 1; i <= kept; i++) text[i] = keep[i]
        paragraphs(1, kept)
        held = 0
    }
    next
}
{
    literal(1)
    copy($0)
}

END {
    literal(0)
    print ".Sh SEE ALSO"
    print ".Xr srnn 1"
    print ".Rs"
    print ".%A R. Pascanu"
    print ".%A T. Mikolov"
    print ".%A Y. Bengio"
    print ".%T On the difficulty of training recurrent neural networks"
    print ".%D 2013"
    print ".%U https://arxiv.org/abs/1211.5063"
    print ".Re"
}
