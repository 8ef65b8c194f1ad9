git init -q input
git -C input add --all
git -C input rm -q -r --cached src
echo kept > input/levels.csv
git -C input add levels.csv
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
bindery build input
