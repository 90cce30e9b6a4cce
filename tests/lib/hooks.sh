# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Up and Down of "office" on local, for scripts that source tests/lib/connect.sh.
#
#   program NAME [USER] <LINES      a program of that user's, or root's, below $DIR
#   told EVENT, forget              what tell, the program that tells, was given; nothing any more
#   times EVENT, has_run EVENT N    how often it has run for up or down
#   up, down
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck disable=SC2034 # variables are for the scripts

readonly DIR=/usr/local/libexec/hooks TOLD=/var/log/hooks
on local sh -c 'mkdir -p "$1" "$2" && chmod 1777 "$2"' sh "$DIR" "$TOLD"

program()
{
	host_file local "$DIR/$1" 755
	on local chown "${2-root}" "$DIR/$1"
}

# What it was given, in a file for each event.
program tell <<'END'
#!/bin/sh
exec >>"/var/log/hooks/$SALLYPORT_EVENT"
echo "begin $SALLYPORT_EVENT as $(id -u)"
tr '\0' '\n' </proc/$$/environ | LC_ALL=C sort | sed 's/^/env /'
grep -E '^(Cap|NoNewPrivs|Groups)' /proc/self/status | tr '\t' ' '
echo "cwd $(pwd)"
echo "stdin $(readlink /proc/self/fd/0)"
for word; do
	echo "argument $word"
done
ip route show proto 83 | sed 's/^/kernel /'
END

told()
{
	on local cat "$TOLD/$1"
}
forget()
{
	on local sh -c 'rm -f "$1"/*' sh "$TOLD"
}
times()
{
	on local sh -c 'cat "$1/$2" 2>/dev/null | grep -c "^begin "' sh "$TOLD" "$1"
}
has_run()
{
	[ "$(times "$1")" = "$2" ]
}
up()
{
	connect up --quiet office
}
down()
{
	connect down --quiet office
}
