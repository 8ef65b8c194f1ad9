# The objects of the commit are gone.
git init -q input
git -C input add --all
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q --allow-empty -m Commit
rm -r input/.git/objects/??
bindery build input --verbose
