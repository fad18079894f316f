/* signals.h - signals that ask the program to end */
#ifndef SIGNALS_H
#define SIGNALS_H

/* Let the first SIGINT, SIGTERM or SIGHUP be noted; the next one ends the program at once. A SIGHUP
 * that is ignored, as under nohup, stays ignored. SIGPIPE is ignored from here on: a write to a
 * closed pipe fails, and the work goes on. */
void signals_note(void);

/* Whether one was noted. */
int signals_noted(void);

#endif /* SIGNALS_H */
