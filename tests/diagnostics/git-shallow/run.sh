git init -q input
git -C input add --all
GIT_COMMITTER_DATE=2019-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
git clone -q --depth 1 "file://$PWD/input" shallow
bindery build shallow --every year
