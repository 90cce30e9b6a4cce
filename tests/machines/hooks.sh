#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Up and Down under the unit as it ships, with all of its hardening, on Debian 12 and 13: root's changes the
# packet filter and writes below /run/sallyport, RunAs's has no right and says what it can in the journal; and
# after a crash the unit's next start runs the Down that was due.
# shellcheck disable=SC2016 # what is in single quotes is expanded on a machine
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"
# shellcheck source=tests/lib/machine_unit.sh
. "$SRC/tests/lib/machine_unit.sh"

readonly HOOKS=/usr/local/libexec/hooks TOLD=/run/sallyport/told

# hooked LOCAL LINE…: the examples' profile, with these lines as well.
hooked()
{
	local local=$1
	shift
	machine_on "$local" sh -c 'f=/etc/sallyport/connect/office.conf; [ -e /root/office ] || cp -p "$f" /root/office
		{ grep -v "^End" /root/office; printf "%s\n" "$@" End; } >/root/new; cat /root/new >"$f"; touch -d "1 minute ago" "$f"' \
		sh "$@"
}

# times LOCAL EVENT
times()
{
	machine_on "$1" sh -c 'grep -c "^$1 " "$2" 2>/dev/null' sh "$2" "$TOLD"
}

hooks_of_root()
{
	local name=$1 local=$2
	machine_file "$local" "$HOOKS/root" 755 <<-END
		#!/bin/sh
		echo "\$SALLYPORT_EVENT \$SALLYPORT_INTERFACE \$SALLYPORT_LOCAL \$SALLYPORT_ROUTES" >>$TOLD
		case \$SALLYPORT_EVENT in
		up) ip rule add pref 4242 iif "\$SALLYPORT_INTERFACE" lookup main && sysctl -qw net.ipv4.conf.\$SALLYPORT_INTERFACE.log_martians=1 ;;
		down) ip rule delete pref 4242 ;;
		esac
	END
	hooked "$local" "Up $HOOKS/root" "Down $HOOKS/root" 'HookAs root'
	check "$name, root: check" machine_on "$local" vpn-connect check office
	check "$name, root: the unit starts" machine_on "$local" systemctl start "$UNIT"
	same 'up sp-office 10.9.0.1 10.2.0.0/16' "$(machine_on "$local" cat "$TOLD")" "$name, root: Up has run by then"
	matches '^4242:' "$(machine_on "$local" ip rule)" "$name, root: and may change the network"
	same 1 "$(machine_on "$local" cat /proc/sys/net/ipv4/conf/sp-office/log_martians)" "$name, root: and its settings"
	check "$name, root: status" machine_on "$local" vpn-connect status office
	machine_on "$local" systemctl kill --kill-whom=main --signal=KILL "$UNIT"
	check "$name, root: a killed supervisor is started again" wait_for 60 'the second Up' \
		machine_on "$local" sh -c '[ "$(grep -c ^up "$1")" = 2 ]' sh "$TOLD"
	same 1 "$(times "$local" down)" "$name, root: and Down has run in between"
	check "$name, root: the link is there" wait_for 60 'it' machine_on "$local" vpn-connect status office
	check "$name, root: the unit stops" machine_on "$local" systemctl stop "$UNIT"
	same 2 "$(times "$local" down)" "$name, root: Down has run when it has stopped"
	lacks '^4242:' "$(machine_on "$local" ip rule)" "$name, root: and has undone what Up did"
	machine_on "$local" rm "$TOLD"
}

hooks_of_user()
{
	local name=$1 local=$2 uid
	uid=$(machine_on "$local" id -u alice)
	machine_file "$local" /home/alice/hook 755 <<-'END'
		#!/bin/sh
		echo "$SALLYPORT_EVENT by $(id -u), caps $(sed -n 's/^CapPrm:\t*//p' /proc/self/status)"
		touch /home/alice/written 2>/dev/null && echo 'written'
		[ "$SALLYPORT_EVENT" = down ] || exit 0
		exit 5
	END
	machine_on "$local" chown alice: /home/alice/hook
	hooked "$local" 'Up /home/alice/hook' 'Down /home/alice/hook'
	check "$name, RunAs: the unit starts" machine_on "$local" systemctl start "$UNIT"
	check "$name, RunAs: status" machine_on "$local" vpn-connect status office
	check "$name, RunAs: the unit stops" machine_on "$local" systemctl stop "$UNIT"
	matches "office: Up: \"up by $uid, caps 0000000000000000\"" "$(machine_log "$local" "$UNIT")" "$name, RunAs: what Up says is in the journal"
	matches "office: Down: \"down by $uid, caps 0000000000000000\"" "$(machine_log "$local" "$UNIT")" "$name, RunAs: and Down"
	matches 'office: Down /home/alice/hook has failed: exit status 5' "$(machine_log "$local" "$UNIT")" "$name, RunAs: that it failed is told"
	lacks '"written"' "$(machine_log "$local" "$UNIT")" "$name, RunAs: homes are read-only"
	same inactive "$(machine_on "$local" systemctl is-active "$UNIT")" "$name, RunAs: the unit has not failed for it"
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	machine_pair "remote$release" "local$release"
	hooks_of_root "Debian $release" "local$release"
	hooks_of_user "Debian $release" "local$release"
done
