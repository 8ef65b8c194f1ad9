ln -s /etc/hostname input/src/reed.md
bindery build input --verbose
