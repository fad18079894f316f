#!/bin/sh
# MIDI files in the place of piano rolls: what is read is the roll that the same notes have as text,
# and what is no such file is refused with the byte. All files are made here, byte by byte.
set -eu
. tests/program/library.sh
cd "$scratch"

# A number below 65536 as two bytes in the notation of printf.
two_bytes() {
    printf '\\%03o\\%03o' $(($1 / 256)) $(($1 % 256))
}

# header FORMAT TRACKS DIVISION: the first chunk of a file.
header() {
    # shellcheck disable=SC2059
    printf "MThd\0\0\0\6$(two_bytes "$1")$(two_bytes "$2")$(two_bytes "$3")"
}

# chunk NAME EVENTS: a chunk; the events are in the notation of printf.
chunk() {
    # shellcheck disable=SC2059
    printf "$2" >events
    # shellcheck disable=SC2059
    printf "$1\0\0$(two_bytes "$(wc -c <events)")"
    cat events
}

# The end of a track without a delay; delays of 48, 96 and 192 ticks are \60, \140 and \201\100.
end='\0\377\57\0'

# same_roll FILE ROLL OPTIONS: a file gives the weights that the roll gives as text, bit by bit. They
# are the end of a model's file, 628 floats.
brief="--hidden 3 --updates 2 --batch 1 --init orthogonal --drop 0 --hold-out 0 --keep last --quiet"
same_roll() {
    _file=$1
    printf '%s\n' "$2" >roll.txt
    shift 2
    # shellcheck disable=SC2086
    succeed train music roll.txt $brief --save text.model
    # shellcheck disable=SC2086
    succeed train music "$_file" $brief --save midi.model "$@"
    for _model in text midi; do
        tail -c 2512 $_model.model >$_model.weights
    done
    same text.weights midi.weights "$_file, which has the roll $(cat roll.txt),"
}

# ---------------------------------------------------------------------------
# What is read
# ---------------------------------------------------------------------------
# Steps of an eighth, 48 ticks of 96. A status that is left out, notes that end by velocity 0 and by
# their own event, one that goes on over several steps, a rest, and silence at the end. A time in the
# middle of two steps goes to the later.
{
    header 0 1 96
    chunk MTrk '\0\220\74\100\0\100\100\60\74\0\0\76\100\60\200\76\0\0\100\0\140\220\103\1\201\100\103\0\60\377\57\0'
} >one.mid
same_roll one.mid '60 64;62 64;;;67;67;67;67;'
same_roll one.mid '60 64;62;67;67;' --quarter-steps 1
same_roll one.mid '60 64;60 64;62 64;62 64;;;;;67;67;67;67;67;67;67;67;;' --quarter-steps 4
[ ! -s err ] || fail_run "nothing was to be said"

# Begins and ends go to the nearest step, and each note has one at least: 47 ticks of 96, 1 tick at
# 120, and 1 tick at 310, which is nearer to step 6.
{
    header 0 1 96
    chunk MTrk '\0\220\74\100\57\74\0\111\76\100\1\76\0\201\75\100\100\1\100\0\0\377\57\0'
} >near.mid
same_roll near.mid '60;;;62;;;64'

# The same key again ends the note before; an end without a note means nothing; a note without an
# end lasts to the end of its track, which is said.
{
    header 0 1 96
    chunk MTrk '\0\220\74\100\60\74\100\60\74\0\60\74\0\0\110\100\60\377\57\0'
} >again.mid
same_roll again.mid '60;60;;72'
says "again.mid: notes without an end, which last to the end of their track: 1"

# Format 1: tracks and channels together; tempo, text, programs, system messages, foreign chunks and
# a longer header are passed over. Channel 10 and pitches that no piano has are left out, and said.
{
    printf 'MThd\0\0\0\10\0\1\0\4\0\140ok'
    chunk MTrk '\0\377\121\3\7\241\40\0\377\1\5hello\0\377\130\4\4\2\30\10\0\377\57\0'
    chunk XFIH 'MTrk anything'
    chunk MTrk '\0\300\5\0\220\74\100\60\377\1\0\0\74\0\0\360\3\1\2\367\60\260\7\177'$end
    chunk MTrk '\60\223\76\100\140\203\76\0\0\343\0\100\0\323\1\0\243\1\1'$end
    chunk MTrk '\0\231\44\100\60\44\0\0\44\100\0\221\155\100\0\155\0\0\24\100'$end
} >band.mid
same_roll band.mid '60;62;62'
says "band.mid: left out: 2 notes of the percussion (channel 10), 2 outside the pitches 21 to 108"
[ "$(wc -l <err)" -eq 1 ] || fail_run "one line was to be said"

# Several files, one behind the other, are several pieces; also from standard input.
cat one.mid near.mid one.mid >three.mid
same_roll three.mid '60 64;62 64;;;67;67;67;67;
60;;;62;;;64
60 64;62 64;;;67;67;67;67;'
run train music three.mid --hidden 2 --updates 1 --hold-out 0
says "three.mid: 3 sequences, 88 values a step, 7 to 9 steps"
succeed eval midi.model music three.mid
cp out of_file
succeed eval midi.model music roll.txt
same out of_file "the evaluation of a roll and of its MIDI files"
succeed predict midi.model roll.txt
cp out of_file
succeed predict midi.model - <three.mid
same out of_file "the predictions of a roll and of its MIDI files"
succeed predict midi.model one.mid --quarter-steps 4
[ "$(tr -cd ';' <out | wc -c)" -eq 18 ] || fail "18 steps and one more were to be predicted"

# A model has the steps of a quarter, and so has a checkpoint. A roll as text has none.
# shellcheck disable=SC2086
succeed train music one.mid $brief --quarter-steps 4 --save four.model
succeed inspect four.model
[ "$(value_of quarter-steps)" = 4 ] || fail_run "the model's steps of a quarter"
succeed predict four.model one.mid
[ "$(tr -cd ';' <out | wc -c)" -eq 18 ] || fail_run "18 steps and one more were to be predicted"
succeed eval four.model music one.mid
[ "$(value_of steps)" -eq 18 ] || fail_run "18 steps were to be judged"
succeed sample four.model --length 0 --prime-file one.mid --output same.mid
[ ! -s err ] || fail_run "nothing was to be said"
succeed sample four.model --length 0 --prime-file same.mid
[ "$(tr -cd ';' <out | wc -c)" -eq 17 ] || fail_run "18 steps were to be printed"
succeed eval four.model music one.mid --quarter-steps 1
[ "$(value_of steps)" -eq 5 ] || fail_run "5 steps were to be judged"
says "--quarter-steps 1: the model was trained with 4"
succeed train music one.mid --from four.model --updates 1 --hold-out 0 --quiet --save more.model
succeed inspect more.model
[ "$(value_of quarter-steps)" = 4 ] || fail_run "the steps of a model that is trained on"
succeed inspect text.model
[ -z "$(value_of quarter-steps)" ] || fail_run "a model of text rolls has no steps of a quarter"
# shellcheck disable=SC2086
succeed train music three.mid $brief --quarter-steps 3 --save whole
# shellcheck disable=SC2086
succeed train music three.mid $brief --quarter-steps 3 --updates 1 --checkpoint part
succeed train music three.mid --resume part --updates 2 --quiet --save resumed
same whole resumed "a run with steps of its own, resumed"

# ---------------------------------------------------------------------------
# What is refused
# ---------------------------------------------------------------------------
# refuse_midi MESSAGE: bad.mid.
refuse_midi() {
    # shellcheck disable=SC2086
    refuse 1 "bad.mid: $1" train music bad.mid $brief
}

# refuse_header MESSAGE FORMAT TRACKS DIVISION; refuse_track MESSAGE EVENTS.
refuse_header() {
    {
        header "$2" "$3" "$4"
        chunk MTrk "\\0\\220\\74\\100\\60\\74\\0$end"
    } >bad.mid
    refuse_midi "$1"
}
refuse_track() {
    {
        header 0 1 96
        chunk MTrk "$2"
    } >bad.mid
    refuse_midi "$1"
}
refuse_header "byte 9: format 2, a file of separate patterns" 2 1 96
refuse_header "byte 9: an unknown format" 258 1 96
refuse_header "byte 11: there is no track" 1 0 96
refuse_header "byte 11: a file of format 0 has one track" 0 2 96
refuse_header "byte 13: SMPTE time" 1 1 59176
refuse_header "byte 13: no ticks in a quarter" 1 1 0
refuse_header "byte 34: the piece ends here, but its header counts 2 more tracks" 1 3 96
refuse_track "byte 24: data without a status" '\0\74\100'$end
refuse_track "byte 28: data without a status" '\0\360\1\367\0\74\100'$end
refuse_track "byte 26: a status within an event" '\0\220\74\220'$end
refuse_track "byte 24: a status that no MIDI file has" '\0\370'$end
refuse_track "byte 23: a number of more than four bytes" '\201\200\200\200\0'$end
refuse_track "byte 26: an event longer than its track" '\0\377\1\177abc'$end
refuse_track "byte 25: an event longer than its track" '\0\360\377\377\377\177abc'$end
refuse_track "byte 31: bytes behind the last event" '\60\220\74\100'$end$end
refuse_track "byte 27: the track ends without its last event" '\60\220\74\100'
refuse_track "byte 28: the track ends without its last event" '\60\220\74\100\0'
# Keys beside a piano are let go of, too; bytes may follow an escape; and a chunk has a name.
{
    header 0 1 96
    chunk MTrk '\0\220\24\100\0\156\100\0\74\100\60\24\0\0\156\0\0\74\0\0\200\23\0\0\175\0\0\367\2ab\0\220\76\100\60\76\0'$end
} >beside.mid
same_roll beside.mid '60;62'
{ header 0 1 96 && chunk 'MT\177k' $end; } >bad.mid
refuse_midi "byte 15: neither a track nor another piece"
for cut in '\60' '\201' '\60\220' '\60\220\74' '\60\300' '\60\377' '\60\377\1' '\60\360' '\60\377\57' \
    '\60\220\74\100\60\74' '\60\360\201'; do
    # shellcheck disable=SC2059
    refuse_track "byte $((23 + $(printf "$cut" | wc -c))): the track ends without its last event" "$cut"
done
refuse_track "byte 26: a status within an event" '\0\220\74\377\57\0'
refuse_track "byte 25: a status within an event" '\0\377\200\0'
refuse_header "byte 34: the piece ends here, but its header counts 1 more track" 1 2 96
refuse_track "byte 27: the piece that ends here has no step" "$end"
refuse_track "byte 31: the piece that ends here has no note on a piano" '\60\231\44\100'$end
{
    cat one.mid
    chunk MTrk "$end"
} >bad.mid
refuse_midi "byte $(($(wc -c <one.mid) + 1)): a track more than the header counts"
{
    cat one.mid
    printf '\0\0\0\0'
} >bad.mid
refuse_midi "byte $(($(wc -c <one.mid) + 1)): neither a track nor another piece"
printf 'MThd\0\0\0\5\0\0\0\1\0' >bad.mid
refuse_midi "byte 1: a header of less than six bytes"
printf 'MThd\0\0\0\6\0\0\0\1\0\140MTrk\377\377\377\377' >bad.mid
refuse_midi "byte 15: a chunk of 4294967295 bytes, but the file has 0 more"

# Beginnings of a file are refused, with a byte.
bytes=$(($(wc -c <band.mid) - 1))
while [ "$bytes" -gt 3 ]; do
    head -c "$bytes" band.mid >bad.mid
    refuse_midi "byte "
    bytes=$((bytes - 3))
done

# The longest delay, again and again, is no reason for gigabytes. A file has 65,536 steps and four
# for each of its bytes, here 34.
many='\377\377\377\177\220\74\100'
refuse_track "byte 23: a silence up to step 5592405; the file may have 65,536 steps" "$many$many$end"
{
    header 0 1 1
    chunk MTrk '\202\200\127\220\74\100'$end
} >long.mid
if addresses_can_be_limited; then
    (
        # shellcheck disable=SC3045
        ulimit -v 300000
        # shellcheck disable=SC2086
        succeed predict midi.model long.mid --quarter-steps 1
        [ "$(tr -cd ';' <out | wc -c)" -eq 32856 ] || fail_run "32856 steps and one more"
    )
fi
refuse 1 "long.mid: byte 23: a silence up to step 65710" predict midi.model long.mid
