/* launcher.h - what mpirun tells the processes that it starts */
#ifndef LAUNCHER_H
#define LAUNCHER_H

/* Refuse to be one of several processes of `command`, by what mpirun says in the environment: all
 * would do the same work and write the same files. `remedy` is the end of the message. Returns 0,
 * or EXIT_MISUSED after a message. */
int launcher_refuse_several(const char *command, const char *remedy);

#endif /* LAUNCHER_H */
