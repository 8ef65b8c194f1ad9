bindery build http://example.org/marsh.git
bindery=$(command -v bindery)
PATH=/nowhere "$bindery" build https://example.org/marsh.git
