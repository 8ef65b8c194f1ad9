git init -q input
git -C input add --all
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
git -C input tag v1.0
bindery build input --at v1.1
