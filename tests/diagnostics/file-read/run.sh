mkfifo input/src/pipe.md
bindery build input --verbose
