git init -q input
git -C input add --all
git -C input update-index --add --cacheinfo 160000,0123456789abcdef0123456789abcdef01234567,theme
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
bindery build input --verbose
