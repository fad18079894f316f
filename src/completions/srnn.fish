# fish completion for srnn. The program prints it, from its own tables of options.
srnn help --completion fish 2>/dev/null | source
