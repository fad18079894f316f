/* launcher.c - what mpirun tells the processes that it starts */
#include "support/launcher.h"

#include <stddef.h>
#include <stdlib.h>

#include "support/message.h"

/* The number of processes that mpirun started, as it says in the environment; 1 without one. */
static unsigned long count_processes(void)
{
    /* Of Open MPI, and of MPICH and its kin. */
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
    unsigned long most = 1;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = getenv(names[i]);
        const unsigned long processes = text != NULL ? strtoul(text, NULL, 10) : 1;

        most = processes > most ? processes : most;
    }
    return most;
}

int launcher_refuse_several(const char *command, const char *remedy)
{
    const unsigned long processes = count_processes();

    return processes <= 1 ? 0
                          : misuse("%s: mpirun started %lu processes, which would all do the same "
                                   "and write the same files; %s",
                                   command, processes, remedy);
}
