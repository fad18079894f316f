# bash completion for srnn. The program prints it, from its own tables of options.
eval "$(srnn help --completion bash 2>/dev/null)"
