/* keys.h - the keys of a piano: the numbers of a step of music */
#ifndef KEYS_H
#define KEYS_H

/* The MIDI pitch of the lowest, and their number. */
#define LOWEST_PITCH 21u
#define PITCHES 88u

#endif /* KEYS_H */
