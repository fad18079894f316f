/* hold_lock.c - locks a file as a run does that writes it, says so, and waits to be killed */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* Seconds after which it ends by itself, if nobody does it. */
#define MOST_SECONDS 3600u

int main(int argc, char **argv)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const int descriptor = argc == 2 ? open(argv[1], O_RDWR) : -1;

    if (descriptor < 0 || fcntl(descriptor, F_SETLK, &lock) != 0) {
        return 1;
    }
    puts("locked");
    fflush(stdout);
    sleep(MOST_SECONDS);
    return 0;
}
