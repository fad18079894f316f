# choose_mutants.awk - chooses some of the mutants that find_mutants.awk lists
#
#     awk -f examples/paper/arithmetic.awk -f tests/mutants/choose_mutants.awk \
#         -v wanted=100 -v seed=1 LIST
#
# The lines that have mutants are cut into `wanted` stretches of equal length, and each gives one
# mutant of one of its lines. So a file has as many as its length says. Lines of the kernels for a
# single instruction set, or for little code, count a quarter.

BEGIN { FS = "\t" }

{
    place = $1 "\t" $2
    if (place != last) {
        last = place
        length_so_far += $1 ~ /^lib\/kernels\/(avx|compact_)/ ? 0.25 : 1
        end_of[++places] = length_so_far
    }
    mutant[places, ++mutants[places]] = $0
    all++
}

END {
    if (wanted > all) wanted = all
    at = 1
    for (k = 0; k < wanted; k++) {
        point = (k + draw()) / wanted * length_so_far
        while (at < places && end_of[at] < point) at++
        # A line whose mutants are all taken leaves it to the next one that has some.
        for (here = at; mutants[here] == 0; here = here % places + 1) {}
        i = int(draw() * mutants[here]) + 1
        print mutant[here, i]
        mutant[here, i] = mutant[here, mutants[here]--]
    }
}
