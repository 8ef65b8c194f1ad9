#!/bin/sh
[ "$1" = supports ] && exit 0
echo "no wind today" >&2
exit 1
