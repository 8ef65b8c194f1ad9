# An address for documentation, which no machine has.
mkdir output
bindery serve output --listen 192.0.2.1:8080
