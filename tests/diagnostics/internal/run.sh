# Room for the program, but not for the stacks of a thousand threads.
ulimit -v 8000000
bindery build input --jobs 1000
