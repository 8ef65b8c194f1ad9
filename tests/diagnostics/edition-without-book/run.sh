git init -q input
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
git -C input add --all
GIT_COMMITTER_DATE=2021-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
bindery build input --every year --verbose
