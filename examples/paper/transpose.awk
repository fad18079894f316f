# transpose.awk - transpose music: each piece is written in twelve keys, from six semitones lower
# to five higher. A piece is a line: steps separated by semicolons, each a list of pitches.
# A key in which the piece would leave the piano's range, 21 to 108, is dropped.
function transpose(piece, semitones, steps, pitches, count, sounding, i, j, result) {
    count = split(piece, steps, ";")
    for (i = 1; i <= count; i++) {
        sounding = split(steps[i], pitches, " ")
        for (j = 1; j <= sounding; j++) {
            pitches[j] += semitones
            if (pitches[j] < 21 || pitches[j] > 108) {
                return ""
            }
            result = result (j > 1 ? " " : "") pitches[j]
        }
        result = result (i < count ? ";" : "")
    }
    return result
}

{
    for (semitones = -6; semitones <= 5; semitones++) {
        piece = transpose($0, semitones)
        if (piece != "") {
            print piece
        }
    }
}
