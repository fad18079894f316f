/* notice.h - a line on the terminal about work that takes over two seconds and cannot be counted */
#ifndef NOTICE_H
#define NOTICE_H

/* Begin such work: after two seconds the line is "WHAT PATH ...". It comes by SIGALRM, and only if
 * standard error is a terminal. Nothing is shown if `quiet` is set or `path` is NULL. Another
 * notice takes its place. */
void notice_begin(int quiet, const char *what, const char *path);

/* End it, and take the line away. */
void notice_end(void);

#endif /* NOTICE_H */
