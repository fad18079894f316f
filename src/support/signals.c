/* signals.c - signals that ask the program to end */
#include "support/signals.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t noted;

static void note(int signal_number)
{
    (void)signal_number;
    noted = 1;
}

void signals_note(void)
{
    struct sigaction action;
    struct sigaction old;

    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = note;
    action.sa_flags = (int)(SA_RESETHAND | SA_RESTART); /* no write or fsync fails with EINTR */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
}

int signals_noted(void)
{
    return noted != 0;
}
