git init -q input
git -C input add --all
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
echo 'More geese came.' >> input/src/marsh.md
git -C input add --all
GIT_COMMITTER_DATE=2021-05-01T12:00:00Z git -C input commit -q -m Commit
bindery build input --latest --verbose
