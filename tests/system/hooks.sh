#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Up and Down of a profile: run by whom and with what the manual says, once for each time that the link was
# up, also after a crash, whichever program speaks PPP; and a program that somebody else could have written,
# that does not end, prints without end or leaves others behind keeps the link from nothing.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

readonly DIR=/usr/local/libexec/hooks TOLD=/var/log/hooks
on local sh -c 'mkdir -p "$1" "$2" && chmod 1777 "$2"' sh "$DIR" "$TOLD"

# program NAME [USER] <LINES: a hook of that user's, below $DIR.
program()
{
	host_file local "$DIR/$1" 755
	on local chown "${2-root}" "$DIR/$1"
}

# What it was given, in a file for each event; its own descriptors, but for the script's, which is a path.
program tell <<'END'
#!/bin/sh
exec >>"/var/log/hooks/$SALLYPORT_EVENT"
echo "begin $SALLYPORT_EVENT as $(id -u)"
tr '\0' '\n' </proc/self/environ | sort | sed 's/^/env /'
grep -E '^(Cap|NoNewPrivs|Groups)' /proc/self/status | tr '\t' ' '
echo "cwd $(pwd)"
echo "stdin $(readlink /proc/self/fd/0)"
for word; do
	echo "argument $word"
done
ip route show proto 83 | sed 's/^/kernel /'
END

# told EVENT: what it has written; forget: nothing any more.
told()
{
	on local cat "$TOLD/$1"
}
forget()
{
	on local sh -c 'rm -f "$1"/*' sh "$TOLD"
}
# times EVENT: how often it has run.
times()
{
	on local sh -c 'cat "$1/$2" 2>/dev/null | grep -c "^begin "' sh "$TOLD" "$1"
}
# has_run EVENT TIMES
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

readonly LINK_PPPD='Ppp pppd' LINK_PPPTUN='Ppp ppptun'
uid=$(on local id -u alice)
expected_environment()
{
	printf 'env %s\n' PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "SALLYPORT_EVENT=$1" \
		SALLYPORT_GATEWAY=remote SALLYPORT_INTERFACE=sp-office SALLYPORT_LOCAL=10.9.0.1 "SALLYPORT_LOCAL6=$2" \
		SALLYPORT_PROFILE=office SALLYPORT_REMOTE=10.9.0.2 "SALLYPORT_REMOTE6=$3" "SALLYPORT_ROUTES=$4" | sort
}

# --- who, with what, when
for ppp in "$LINK_PPPD" "$LINK_PPPTUN"; do
	for as in runas root; do
		name="$ppp, HookAs $as" who=$uid caps=0000000000000000 directory=/home/alice
		[ "$as" = runas ] || who=0 caps=0000000000001000 directory=/
		profile "$ppp" "Up $DIR/tell" "Down $DIR/tell" "HookAs $as"
		check "$name: up" up
		same 1 "$(times up)" "$name: Up has run when up is back"
		same 0 "$(times down)" "$name: Down has not"
		same "begin up as $who" "$(told up | head -n 1)" "$name: who runs Up"
		same "$(expected_environment up '' '' 10.2.0.0/16)" "$(told up | grep '^env ')" \
			"$name: the environment, and nothing else"
		for set in Prm Eff; do
			matches "^Cap$set: $caps\$" "$(told up)" "$name: capabilities, $set"
		done
		matches '^CapInh: 0000000000000000$' "$(told up)" "$name: none to inherit"
		[ "$as" = runas ] || matches "^CapBnd: $caps\$" "$(told up)" "$name: and no way to others"
		matches '^NoNewPrivs: 1$' "$(told up)" "$name: no_new_privs"
		matches "^cwd $directory\$" "$(told up)" "$name: the working directory"
		matches '^stdin /dev/null$' "$(told up)" "$name: nothing to read"
		lacks '^argument' "$(told up)" "$name: no argument"
		matches '^kernel 10\.2\.0\.0/16 dev sp-office' "$(told up)" "$name: the routes are there"
		check "$name: status" connect status office
		check "$name: down" down
		same 1 "$(times down)" "$name: Down has run once"
		same "begin down as $who" "$(told down | head -n 1)" "$name: who runs Down"
		same "$(expected_environment down '' '' 10.2.0.0/16)" "$(told down | grep '^env ')" "$name: it is told the same"
		matches '^kernel 10\.2\.0\.0/16 dev sp-office' "$(told down)" "$name: the routes are still there"
		same 1 "$(times up)" "$name: and Up has not run again"
		check "$name: nothing is left" nothing_left
		forget
	done
done
