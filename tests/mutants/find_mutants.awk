# find_mutants.awk - lists every mutant of C sources
#
#     awk -f tests/mutants/find_mutants.awk lib/model/batch.c lib/model/batch.h
#
# A mutant is one small fault. Prints a line for each, its fields separated by tabs:
#
#   file, line
#   offset, length   the bytes of the file that are replaced, from 1
#   rule             the kind of fault (README.md) and the function or the table: "drop in next"
#   before, after    the lines as they are and as they would be, blanks drawn together
#   replacement
#
# Only function bodies, and the numbers of tables outside them, are changed. Comments, strings,
# directives of the preprocessor, declarations of types and tables with strings are left alone. The
# source is read token by token, as `clang-format` lays it out: an operator between blanks has two
# operands. Bytes are characters, so LC_ALL is C.

BEGIN {
    FS = "\n"
    # A name, a number, a string, a character, the begin of a comment, an operator, another byte.
    TOKEN = "[A-Za-z_][A-Za-z_0-9]*|[.]?[0-9]([eEpP][-+]|[A-Za-z_0-9.])*" \
        "|\"([^\"\\\\]|\\\\.)*\"|'([^'\\\\]|\\\\.)*'|/[*]|//" \
        "|<<=|>>=|->|[+][+]|--|<<|>>|[-<>=!+*/%&|^]=|&&|[|][|]|[^ \t]"
    # What an operator becomes.
    other["<"] = "<="; other["<="] = "<"; other[">"] = ">="; other[">="] = ">"
    other["=="] = "!="; other["!="] = "=="; other["&&"] = "||"; other["||"] = "&&"
    other["+"] = "-"; other["-"] = "+"; other["*"] = "/"; other["/"] = "*"; other["%"] = "/"
    other["&"] = "|"; other["|"] = "&"; other["^"] = "&"; other["<<"] = ">>"; other[">>"] = "<<"
    other["+="] = "-="; other["-="] = "+="; other["*="] = "/="; other["/="] = "*="
    other["|="] = "&="; other["&="] = "|="; other["^="] = "|="
    other["++"] = "--"; other["--"] = "++"
    split("if for while switch return sizeof do else case default break continue goto", words, " ")
    for (i in words) is_keyword[words[i]] = 1
}

FNR == 1 {
    if (NR > 1) find()
    file = FILENAME
    source = ""
    count = in_comment = in_directive = 0
}

{
    start_of[FNR] = length(source) + 1
    read_tokens($0, FNR, length(source))
    source = source $0 "\n"
}

END { if (file != "") find() }

# Append the tokens of a line, which begins behind `offset` bytes.
function read_tokens(line, number, offset,    column, rest) {
    if (in_directive || !in_comment && line ~ /^[ \t]*#/) {
        in_directive = line ~ /\\$/
        # A comment may begin here and end in a later line.
        gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", line)
        if (line ~ /\/\*/) in_comment = 1
        return
    }
    for (column = 1; column <= length(line); column += RLENGTH) {
        rest = substr(line, column)
        if (in_comment) {
            if (!match(rest, /\*\//)) return
            in_comment = 0
            column += RSTART - 1
            continue
        }
        if (!match(rest, TOKEN)) return
        column += RSTART - 1
        text = substr(rest, RSTART, RLENGTH)
        if (text == "//") return
        if (text == "/*") {
            in_comment = 1
            continue
        }
        token[++count] = text
        line_of[count] = number
        at[count] = offset + column
    }
}

# Print the mutant that has `replacement` for tokens `first` to `last`.
function emit(rule, first, last, replacement,    begin, end, from, to, before, after) {
    begin = at[first]
    end = at[last] + length(token[last])
    from = start_of[line_of[first]]
    to = end + index(substr(source, end), "\n") - 1
    before = substr(source, from, to - from)
    after = substr(source, from, begin - from) replacement substr(source, end, to - end)
    printf "%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n", file, line_of[first], begin, end - begin,
        rule " in " name_of_place, on_one_line(before), on_one_line(after), on_one_line(replacement)
}

function on_one_line(text) {
    gsub(/[ \t\n]+/, " ", text)
    sub(/^ /, "", text)
    sub(/ $/, "", text)
    return text
}

# The source text of tokens `first` to `last`.
function text_of(first, last) {
    return substr(source, at[first], at[last] + length(token[last]) - at[first])
}

function is_name(text) {
    return text ~ /^[A-Za-z_]/ && !(text in is_keyword)
}

# Whether the token stands between blanks, or at the end of a line.
function has_two_operands(i) {
    return substr(source, at[i] - 1, 1) ~ /[ \n]/ && substr(source, at[i] + length(token[i]), 1) ~ /[ \n]/
}

# Find in `partner` the bracket that closes each bracket of any kind.
function match_brackets(    i, depth, opened) {
    split("", partner)
    for (i = 1; i <= count; i++) {
        if (token[i] ~ /^[({[]$/) opened[++depth] = i
        else if (token[i] ~ /^[])}]$/ && depth > 0) {
            partner[opened[depth]] = i
            partner[i] = opened[depth--]
        }
    }
}

# Print the mutants of the file whose tokens have been read.
function find(    i, at_name) {
    match_brackets()
    for (i = 1; i <= count; i++) {
        if (token[i] != "{" || !(i in partner)) continue
        # The name before the parameters, or before the lengths of an array.
        for (at_name = i - 1; token[at_name] ~ /^[])=]$/; at_name--)
            if (token[at_name] != "=") at_name = partner[at_name]
        name_of_place = token[at_name]
        if (token[i - 1] == ")") mutate_body(i + 1, partner[i] - 1)
        else if (token[i - 1] == "=") mutate_table(i + 1, partner[i] - 1)
        i = partner[i]
    }
}

# The numbers of a table outside functions, unless it has strings.
function mutate_table(first, last,    i) {
    for (i = first; i <= last; i++) if (token[i] ~ /^"/) return
    for (i = first; i <= last; i++) {
        if (token[i] == "[") i = partner[i]
        else if (is_number(token[i])) mutate_number(i)
    }
}

function mutate_body(first, last,    i, begins, loop_head) {
    begins = 1
    for (i = first; i <= last; i++) {
        if (token[i] == "SRNN__ASSERT" || token[i] == "typedef") {
            while (token[i] != ";") i++
        } else if (token[i] == "case" || token[i] == "default") {
            # A statement follows behind the colon of a label.
            while (token[i] != ":") i++
            begins = 1
            continue
        } else if (begins && is_declaration(i)) {
            # No number of the type is changed: an array that is longer works as well.
            for (; token[i + 1] !~ /^[=;(]$/; i++)
                if (token[i + 1] == "[" || token[i + 1] == "{") i = partner[i + 1] - 1
        } else {
            if (begins) drop_statement(i, last)
            mutate_token(i, i < loop_head)
        }
        # Within the head of a loop no statement begins.
        if (token[i] == "for") loop_head = partner[i + 1]
        begins = i >= loop_head && (token[i] ~ /^[;}]$/ || token[i] == "{" && token[i - 1] !~ /^[=,{]$/ ||
            token[i] == "else" || token[i] == "do" ||
            token[i] == ")" && token[partner[i] - 1] ~ /^(if|for|while|switch)$/)
    }
}

function is_declaration(i) {
    return token[i] ~ /^(static|const|struct|union|enum|unsigned|volatile)$/ ||
        is_name(token[i]) && (is_name(token[i + 1]) || token[i + 1] == "*" && !has_two_operands(i + 1))
}

# Drop a statement that is an assignment, a call, a jump out of a loop or a step of a variable.
function drop_statement(i, last,    end) {
    if (token[i] ~ /^SRNN__[A-Z_]+$/ ||
        !is_name(token[i]) && token[i] !~ /^(\*|\+\+|--|break|continue)$/) return
    for (end = i; end <= last && token[end] != ";"; end++) {
        if (token[end] ~ /^[{}]$/) return
        if (token[end] == "(") end = partner[end]
    }
    if (end <= last && end > i) emit("drop", i, end, ";")
}

# In the head of a loop a step that goes the other way is a crash or no end, which every test notices.
function mutate_token(i, in_loop_head,    text) {
    text = token[i]
    if (is_number(text)) mutate_number(i)
    else if (text == "++" || text == "--") {
        if (!in_loop_head) emit("step", i, i, other[text])
    } else if (text ~ /^[-+*\/|&^]=$/) {
        emit("assignment", i, i, other[text])
        emit("assignment", i, i, "=")
    } else if ((text in other) && has_two_operands(i)) {
        if (!chooses_an_extreme(i)) emit("operator", i, i, other[text])
    }
    else if (text == "!") emit("condition", i, i, "")
    else if (text == "if" || text == "while") {
        if (!has_a_like_mutant(i + 2, partner[i + 1] - 1))
            emit("condition", i + 1, partner[i + 1], "(!" text_of(i + 1, partner[i + 1]) ")")
    } else if (text ~ /^SRNN_E_[A-Z_]+$/ && token[i - 1] !~ /^[!=]=$/) emit("status", i, i, "SRNN_OK")
    else if (is_name(text) && token[i + 1] == "(" && is_name(token[i + 2]) && token[i + 3] == "," &&
             is_name(token[i + 4]) && token[i + 5] ~ /^[,)]$/ && token[i + 2] != token[i + 4])
        emit("arguments", i + 2, i + 4, token[i + 4] ", " token[i + 2])
}

# Whether token i compares as in `a < b ? a : b`: where a and b are equal, it does not matter which
# is chosen.
function chooses_an_extreme(i,    question, colon, right, left, end) {
    if (token[i] !~ /^[<>]=?$/) return 0
    for (question = i + 1; question <= count && token[question] !~ /^[?;{]$/; question++) {}
    for (colon = question + 1; colon <= count && token[colon] !~ /^[?:;{]$/; colon++) {}
    if (token[question] != "?" || token[colon] != ":") return 0
    for (end = colon; end < count && token[end + 1] !~ /^[;,?)]$/; end++)
        if (token[end + 1] == "(") end = partner[end + 1] - 1
    right = text_of(i + 1, question - 1)
    if (right == text_of(colon + 1, end)) left = text_of(question + 1, colon - 1)
    else if (right == text_of(question + 1, colon - 1)) left = text_of(colon + 1, end)
    else return 0
    return substr(source, at[i] - 1 - length(left), length(left)) == left
}

# Whether a condition without && and || has an operator whose mutant negates it.
function has_a_like_mutant(first, last,    i, has) {
    has = 0
    for (i = first; i <= last; i++) {
        if (token[i] == "&&" || token[i] == "||") return 0
        if (token[i] ~ /^[!=]=$/ || i == first && token[i] == "!") has = 1
    }
    return has
}

function is_number(text) {
    return text ~ /^[.]?[0-9]/
}

function mutate_number(i,    text) {
    text = token[i]
    if (text ~ /^0(\.0f?|[uU]*)$/) sub(/0/, "1", text)
    else if (text ~ /^1(\.0f?|[uU]*)$/) sub(/1/, "2", text)
    else text = "(" text " + 1)"
    emit("number", i, i, text)
}
