git init -q input
mkdir hidden && mv input/src/SUMMARY.md hidden && mv input/src/plan.md input/src/plans.md
git -C input add --all
GIT_COMMITTER_DATE=2020-05-01T12:00:00Z git -C input commit -q -m Commit
mv hidden/SUMMARY.md input/src && mv input/src/plans.md input/src/plan.md
git -C input add --all
GIT_COMMITTER_DATE=2021-05-01T12:00:00Z git -C input commit -q -m Commit
bindery build input --every year --only plan.md --verbose
