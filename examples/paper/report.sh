#!/bin/sh
# report.sh - copy RESULTS.md from standard input to standard output with its tables computed
# from the runs of results.csv and lengths.csv.
#
# The lines between "<!-- table: NAME -->" and "<!-- end -->" are replaced. cells.csv lists the
# cells of the tables. Its columns:
#
#     section     the table in which the cell is a row; empty: none
#     title       the row's name there
#     cell        the runs' name without their seed; lengths@L: the models of `lengths`, judged
#                 at length L; of the score `diary`: the result itself, which no CSV file has
#     score       reached: how many seeds were solved; test-loss, test-bits, test-wrong: the
#                 median on the test file; worst-wrong: the largest share wrong of all seeds
#     icml, arxiv the paper's number in each edition; empty: none is known
#     command     what runs the cell, after `make -C examples/paper`; empty: no recipe
#     experiment  the row of the table `summary` to which the cell belongs; empty: none
#     part        the cell's name in that row
#     way         paper: with the settings that the paper prints; another: with others
set -eu

arithmetic=$(cat arithmetic.awk)
awk -F, "$arithmetic"'
    # The number of seeds that the command of cell c runs.
    function planned(c) {
        if (!match(command[c], /SEEDS=[0-9]+/)) return 5
        return substr(command[c], RSTART + 6, RLENGTH - 6) + 0
    }

    # The largest share wrong at a length among the models lengths-1, lengths-2, ...
    function worst(length_name,    m, largest) {
        for (m = 1; m <= models; m++) {
            if (model_at[m] ~ /^lengths-[0-9]+$/ && wrong[model_at[m], length_name] > largest + 0) {
                largest = wrong[model_at[m], length_name]
            }
        }
        return largest + 0
    }

    # The result of cell c in words, or nothing where there is no run.
    function score(c,    cell, n, i, v) {
        cell = cells[c]
        n = runs[cell] + 0
        if (kind[c] == "diary") return cell
        if (kind[c] == "worst-wrong") return sprintf("%g %%", 100 * worst(substr(cell, 9)))
        if (n == 0) return ""
        if (kind[c] == "reached") return reached[cell] + 0 " of " n
        for (i = 1; i <= n; i++) {
            v[i] = kind[c] == "test-wrong" ? test_wrong[cell, i] : test_loss[cell, i]
        }
        if (kind[c] == "test-wrong") return sprintf("%.1f %%", 100 * middle(v, n))
        if (kind[c] == "test-bits") return sprintf("%.3f", middle(v, n) / logarithm(2))
        return sprintf("%.3f", middle(v, n))
    }

    # The last number of a score; of "2 of 3" the share. The lower the better but for a share.
    function value(text,    word, n) {
        sub(/</, "", text)
        n = split(text, word, " ")
        if (word[2] == "of") return word[1] / word[3]
        while (n > 1 && word[n] !~ /[0-9]/) n--
        return word[n] + 0
    }

    function verdict(c,    paper, here, met) {
        paper = icml[c] != "" ? icml[c] : arxiv[c]
        here = score(c)
        if (paper == "") return "not in the paper"
        if (here == "") return "not run"
        if (kind[c] == "reached" && runs[cells[c]] < planned(c)) return "unfinished"
        if (kind[c] == "reached") met = value(here) >= value(paper)
        else if (paper ~ /^</) met = value(here) < value(paper)
        else met = value(here) <= value(paper)
        if (!met) return "not met"
        return way[c] == "paper" ? "met" : "met in another way"
    }

    function list(parts, n,    i, text) {
        text = parts[1]
        for (i = 2; i <= n; i++) text = text ", " parts[i]
        return text
    }

    # The scores of a row as one text: "5, 3 of 5" for "5 of 5" and "3 of 5".
    function join(scores, n,    i, number, unit, known, differ, mixed, text) {
        for (i = 1; i <= n; i++) {
            differ = differ || scores[i] != scores[1]
            if (scores[i] == "") continue
            number = scores[i]
            sub(/ .*/, "", number)
            mixed = mixed || known++ && substr(scores[i], length(number) + 1) != unit
            unit = substr(scores[i], length(number) + 1)
        }
        if (!known) return "-"
        if (!differ) return scores[1] (n > 1 ? " each" : "")
        for (i = 1; i <= n; i++) {
            number = scores[i] == "" ? "-" : scores[i]
            if (!mixed) sub(/ .*/, "", number)
            text = text (i > 1 ? ", " : "") number
        }
        return text (mixed ? "" : unit)
    }

    # A row of the summary: the cells of one experiment.
    function print_experiment(name,    c, n, i, k, parts, ours, theirs, first, said, groups, text) {
        for (c = 1; c <= count; c++) {
            if (experiment[c] != name) continue
            parts[++n] = part[c]; ours[n] = score(c); theirs[n] = icml[c]; first[n] = arxiv[c]
            said[n] = verdict(c)
        }
        for (i = 1; i <= n; i++) {
            for (k = 1; k < i && said[k] != said[i]; k++) { }
            if (k == i) groups++
        }
        for (i = 1; i <= n; i++) {
            for (k = 1; k < i && said[k] != said[i]; k++) { }
            if (k < i) continue
            text = text (text == "" ? "" : "; ") said[i]
            if (groups == 1) continue
            text = text ": " parts[i]
            for (k = i + 1; k <= n; k++) if (said[k] == said[i]) text = text ", " parts[k]
        }
        printf "| %s | %s | %s | %s | %s | %s |\n", name, list(parts, n), join(theirs, n),
            join(first, n), join(ours, n), text
    }

    function print_summary(    c, printed) {
        print "\n| experiment | cases | ICML | arXiv | here | verdict |"
        print "| --- | --- | --- | --- | --- | --- |"
        for (c = 1; c <= count; c++) {
            if (experiment[c] != "" && !printed[experiment[c]]++) print_experiment(experiment[c])
        }
        print ""
    }

    function print_cell(c,    cell, n, i, u, s) {
        cell = cells[c]
        n = runs[cell] + 0
        printf "| %s | %s | %s | ", title[c], icml[c], arxiv[c]
        if (n == 0) {
            printf "not run | | | %s |\n", command[c]
            return
        }
        for (i = 1; i <= n; i++) { u[i] = updates[cell, i]; s[i] = seconds[cell, i] }
        printf "%s%s | %s | %s | %s |\n", score(c),
            n < planned(c) ? " (" n " of " planned(c) " run)" : "", thousands(middle(u, n)),
            thousands(middle(s, n)), command[c]
    }

    function print_table(name,    c) {
        print "\n| cell | ICML | arXiv | here | updates | seconds | make |"
        print "| --- | --- | --- | --- | --- | --- | --- |"
        for (c = 1; c <= count; c++) if (section[c] == name) print_cell(c)
        print ""
    }

    function print_lengths(    l, m) {
        printf "\n| model |"
        for (l = 1; l <= lengths; l++) printf " %s |", length_at[l]
        printf "\n| --- |"
        for (l = 1; l <= lengths; l++) printf " --- |"
        print ""
        for (m = 1; m <= models; m++) {
            printf "| %s |", model_at[m]
            for (l = 1; l <= lengths; l++) printf " %g |", 100 * wrong[model_at[m], length_at[l]]
            print ""
        }
        print ""
    }

    FILENAME == "cells.csv" && FNR > 1 {
        section[++count] = $1; title[count] = $2; cells[count] = $3; kind[count] = $4
        icml[count] = $5; arxiv[count] = $6; command[count] = $7 == "" ? "no recipe" : "`" $7 "`"
        experiment[count] = $8; part[count] = $9; way[count] = $10
    }
    FILENAME == "results.csv" && FNR > 1 {
        cell = $1
        sub(/-[0-9]+$/, "", cell)
        n = ++runs[cell]
        if ($3 == "target") reached[cell]++
        updates[cell, n] = $4; seconds[cell, n] = $5; test_loss[cell, n] = $10
        test_wrong[cell, n] = $11
    }
    FILENAME == "lengths.csv" && FNR > 1 {
        if (!($1 in seen_model)) { seen_model[$1] = 1; model_at[++models] = $1 }
        if (!($2 in seen_length)) { seen_length[$2] = 1; length_at[++lengths] = $2 }
        wrong[$1, $2] = $3
    }
    FILENAME == "-" && /^<!-- table: .* -->$/ {
        print
        name = $0
        gsub(/^<!-- table: | -->$/, "", name)
        if (name == "summary") print_summary()
        else if (name == "lengths") print_lengths()
        else print_table(name)
        within = 1
    }
    FILENAME == "-" && /^<!-- end -->$/ { within = 0 }
    FILENAME == "-" && !within { print }' cells.csv results.csv lengths.csv -
