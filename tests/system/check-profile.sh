#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy check of a profile that is in force: its user and its key are this host's, so that what
# keeps ssh from the key is told before a link fails by it.
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

conf=/etc/sallyport/connect/office.conf
# checks CODE NAME [REGEX]: what check says of the profile.
checks()
{
	local said status=0
	said=$(on local vpn-policy check "$conf" 2>&1) || status=$?
	same "$1" "$status" "$2: the exit status"
	if [ $# -gt 2 ]; then
		matches "$3" "$said" "$2: told"
	else
		same '' "$said" "$2: nothing is said"
	fi
}

identity=/home/alice/id_check
on local sh -c "mkdir -p /home/alice && chmod 755 /home/alice && echo key >$identity && chown alice $identity && chmod 600 $identity"
identity_line="IdentityFile $identity"
profile "$identity_line"
checks 0 'a key that the user can open'
on local chown root "$identity"
checks 78 "a key of root's" "$conf:[0-9]+:1: error: IdentityFile $identity: alice cannot open it: Permission denied \[identity-file\]"
on local chown alice "$identity"
on local mkdir -m 700 /home/shut
on local mv "$identity" /home/shut/
profile 'IdentityFile /home/shut/id_check'
checks 78 'a key behind a directory that is shut' 'alice cannot open it: Permission denied'
profile "$identity_line"
checks 78 'a key that is not there' "IdentityFile $identity: alice cannot open it: No such file or directory"
profile 'RunAs root'
checks 0 'RunAs root' "$conf:[0-9]+:1: warning: RunAs root: .*\[run-as-root\]"

# --- edit, with the name of a file that is below /etc/sallyport: no byte of it is printed as it is
# edits NAME REGEX: what edit says of the name.
edits()
{
	local said status=0
	said=$(on local vpn-policy edit "$1" 2>&1) || status=$?
	same 64 "$status" "edit $2: the exit status"
	matches "$2" "$said" "edit $2: told"
	lacks $'\033' "$said" "edit $2: escaped"
}
odd=$'odd\033[2J.conf'
on local touch "/etc/sallyport/$odd" /etc/sallyport/plain.conf
edits plain.conf '^vpn-policy: there is no "plain.conf" here: did you mean "/etc/sallyport/plain.conf"\?'
edits "$odd" '^vpn-policy: there is no "odd\\x1b\[2J.conf" here: did you mean "/etc/sallyport/odd\\x1b\[2J.conf"\?'
