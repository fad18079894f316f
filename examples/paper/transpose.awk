# transpose.awk - music in more keys: each piece (a line: steps apart by semicolons, in each
# the pitches) is written twelve times, from six semitones lower to five higher. One that
# would leave the piano's keys, 21 to 108, is left out.
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
