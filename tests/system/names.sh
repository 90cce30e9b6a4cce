#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Name servers behind a link, where resolvconf is in charge, by one that writes down how it was called, and
# where nobody is: what is taken of an offer, what resolvconf is told, and that it is told of the end. The real
# ones, and systemd-resolved, are in tests/machines/names.sh.
# shellcheck disable=SC2016 # what is in single quotes is expanded in a host
# shellcheck source=tests/lib/connect.sh
. "$SRC/tests/lib/connect.sh"

ROOT=$(host_root local)
readonly RECORD=tun0.sp-office

# offers LINE…: alice's policy, with these beside her networks.
offers()
{
	peer <<-END
		Allow    pppd sshroute
		Route    192.0.2.0/24
		Address  10.9.0.2 10.9.0.1
		Offer    10.2.0.0/16
		$(printf '%s\n' "$@")
	END
}

# Debian's in small: a record for each interface, and the file made of all of them.
host_file local /usr/sbin/resolvconf 755 <<-'END'
	#!/bin/sh
	cd /run/resolvconf || exit 9
	echo "$*" >>calls
	env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= >>calls
	[ ! -e broken ] || exit 1
	case $1 in
	-a) cat >"record.$2" ;;
	-d) rm -f "record.$2" ;;
	esac
	cat record.* 2>/dev/null >new
	mv new resolv.conf
END
by_resolvconf()
{
	on local sh -c 'mkdir -p /run/resolvconf && rm -f /etc/resolv.conf && ln -s /run/resolvconf/resolv.conf /etc/resolv.conf &&
		echo nameserver 192.0.2.1 >/run/resolvconf/record.eth0 && cp /run/resolvconf/record.eth0 /run/resolvconf/resolv.conf &&
		: >/run/resolvconf/calls' || give_up 'resolvconf'
}
by_resolvconf

state()
{
	vpn_connect_state=0
	on local vpn-connect status -q office || vpn_connect_state=$?
	echo "$vpn_connect_state"
}

is_state()
{
	[ "$(state)" = "$1" ]
}

called()
{
	grep -v ^PATH= "$ROOT/run/resolvconf/calls" | paste -sd,
}

resolv_conf()
{
	on local cat /etc/resolv.conf | paste -sd,
}

# --- what is offered, and taken
offers 'OfferDns 10.2.0.53 10.9.0.2 10.3.0.53' 'OfferSearch corp.example ~lab.example'
cp "$ROOT/run/resolvconf/resolv.conf" "$WORLD/before.conf"
profile 'Accept address 10.2.0.0/16 dns'
said=$(connect up office)
same 0 $? 'a link with names comes up'
matches '^office: offer 10\.3\.0\.53 is not taken: a name server outside of what is routed through the link$' "$said" \
	'a server outside of it is not taken, and up says so'
same 'nameserver 10.2.0.53,nameserver 10.9.0.2,search corp.example' "$(paste -sd, "$ROOT/run/resolvconf/record.$RECORD")" \
	'resolvconf is told of the others, and of what is no route'
same "-a $RECORD" "$(called)" 'by these words'
same 'PATH=/usr/sbin:/usr/bin:/sbin:/bin' "$(grep PATH= "$ROOT/run/resolvconf/calls")" 'in this environment'
check 'resolv.conf is still its link' on local test -L /etc/resolv.conf
same 0 "$(state)" 'status: up'
status=$(connect status office)
matches '^  names by    resolvconf$' "$status" 'status: by whom'
matches '^  dns         10\.2\.0\.53, offered by the remote$' "$status" 'status: the servers'
matches '^  search      corp\.example, offered by the remote$' "$status" 'status: the domains'
same 'office: up' "$(connect status --json office | python3 "$SRC/tests/system/status_valid.py" "$SRC/local/status.schema.json")" \
	'status: as JSON'
matches '"by": "resolvconf"' "$(connect status --json office)" 'status: as JSON, by whom'
same "names $(on local cat /sys/class/net/sp-office/ifindex) sp-office resolvconf" \
	"$(grep ^names "$ROOT/run/sallyport/connect/office/journal")" 'the journal has them'

# --- somebody else takes them, and resolvconf fails
on local sh -c "rm /run/resolvconf/record.$RECORD; cp /run/resolvconf/record.eth0 /run/resolvconf/x; mv /run/resolvconf/x /run/resolvconf/resolv.conf"
check 'taken by somebody else: put back' wait_for "$HOST_DEADLINE" 'them' test -s "$ROOT/run/resolvconf/record.$RECORD"
check 'taken by somebody else: and told' log_has 'the name servers of sp-office were changed or forgotten by somebody else: put back'
check 'taken by somebody else: up' wait_for "$HOST_DEADLINE" 'status' is_state 0
check 'down' connect down office
check 'resolv.conf is as before' cmp "$ROOT/run/resolvconf/resolv.conf" "$WORLD/before.conf"
on local touch /run/resolvconf/broken
said=$(connect up office)
same 0 $? 'resolvconf fails: the link comes up'
matches '^office: its name servers are not asked until this is mended: resolvconf -a failed: exit status 1' "$said" \
	'resolvconf fails: up says so'
same 4 "$(state)" 'resolvconf fails: status: impaired'
# runs: how often resolvconf was told them.
runs()
{
	grep -c '^-a' "$ROOT/run/resolvconf/calls"
}
ran_again()
{
	[ "$(runs)" -gt "$before" ]
}
for try in 1 2 3 4 5 6 7; do
	before=$(runs)
	on local sh -c ': >>/run/resolvconf/resolv.conf'
	check "resolvconf fails: tried again, $try" wait_for "$HOST_DEADLINE" 'that' ran_again
done
lacks 'somebody else changes them again and again' "$(host_log local)" 'resolvconf fails: nobody else is blamed for it'
on local rm /run/resolvconf/broken
check 'resolvconf works again: up' wait_for "$HOST_DEADLINE" 'status' is_state 0

# --- the supervisor is killed
on local kill -KILL "$(supervisor)"
check 'killed: down' connect down office
check 'killed: resolv.conf is as before' cmp "$ROOT/run/resolvconf/resolv.conf" "$WORLD/before.conf"
check 'killed: nothing is left' wait_for "$HOST_DEADLINE" 'the end' nothing_left

# --- what nobody may offer, and what the profile does not take
on local sh -c ': >/run/resolvconf/calls'
profile 'Accept address 10.2.0.0/16'
said=$(connect up office)
lacks 'offer|name server' "$said" 'not accepted: up says nothing of it'
check 'not accepted: the log does' log_has 'offer 10\.2\.0\.53 is not taken: the profile does not accept it'
same '' "$(called)" 'not accepted: resolvconf is not told'
lacks 'names by|dns|search' "$(connect status office)" 'not accepted: nor does status tell of any'
check 'not accepted: down' connect down office

# --- the profile's own
profile 'Accept address 10.2.0.0/16' 'Dns 10.2.0.54' 'Search corp lab.example'
check 'own: up' connect up office
same 'nameserver 10.2.0.54,search corp lab.example,nameserver 192.0.2.1' "$(on local sh -c "cat /run/resolvconf/record.$RECORD /run/resolvconf/record.eth0" | paste -sd,)" 'own: resolvconf is told'
matches '^  dns         10\.2\.0\.54, by line [0-9]+ of the profile$' "$(connect status office)" 'own: status tells by which line'
check 'own: down' connect down office
profile 'Accept address 10.2.0.0/16' 'Dns 10.4.0.53' 'Search corp.example'
fails 78 'Dns 10\.4\.0\.53 is not in a network that is routed through the link, nor its other end' 'own: a server outside'

# --- before it is done
profile 'Address 10.9.0.1 10.9.0.2' 'Accept dns' 'Route 10.2.0.0/16' 'Dns 10.2.0.54' 'Search corp.example ~.'
said=$(connect up --dry-run office)
matches '^  set      name server 10\.2\.0\.54 of sp-office, by resolvconf \(.*/office\.conf:[0-9]+\)$' "$said" '--dry-run: the server'
matches '^  set      domain ~\. of sp-office, by resolvconf' "$said" '--dry-run: the domain'
matches '^  offer    name servers behind the link' "$said" '--dry-run: what is accepted'
matches '^  undo     resolvconf: take its names back' "$said" '--dry-run: and how it is undone'
printf '%s\n' 'Host other' 'RunAs alice' 'Address 10.19.0.1 10.19.0.2' 'Route 10.3.0.0/16' 'Dns 10.3.0.53' \
	'Search lab.corp.example' End | host_file local /etc/sallyport/connect/other.conf 640
matches 'Search corp\.example overlaps lab\.corp\.example of .*/other\.conf:6: while both links are up, the longer one' \
	"$(connect check office)" 'check: another profile has a part of it'
# What is in both of them is told once, whatever else overlaps.
sed -i 's|^Search .*|Search corp.example ~. lab.example|' "$ROOT/etc/sallyport/connect/other.conf"
same 'Search corp.example (and 1 more) is in /etc/sallyport/connect/other.conf:6 as well: while both links are up, both are asked, and the first answer counts' \
	"$(connect check office | sed -n 's/.*warning: \(Search\)/\1/p')" 'check: another profile has the same, which is told once'
rm "$ROOT/etc/sallyport/connect/other.conf"

# --- nobody is in charge
profile 'Accept address 10.2.0.0/16 dns'
plain='nameserver 192.0.2.1'
for file in plain mine; do
	if [ "$file" = plain ]; then
		echo "$plain" | host_file local /etc/resolv.conf
	else
		echo "$plain" | host_file local /etc/mine.conf
		on local ln -sf mine.conf /etc/resolv.conf
	fi
	on local sh -c ': >/run/resolvconf/calls'
	said=$(connect up office)
	same 0 $? "$file: the link comes up"
	same 1 "$(grep -c 'its name servers are not asked until this is mended: resolvconf is there, but has not made' <<<"$said")" \
		"$file: what is missing is said once"
	same 4 "$(state)" "$file: status: impaired"
	matches '^  names by    nobody \(resolvconf is there' "$(connect status office)" "$file: and why"
	same "$plain" "$(resolv_conf)" "$file: resolv.conf is as it was"
	check "$file: down" connect down office
	same ",$plain" "$(called),$(resolv_conf)" "$file: afterwards as well"
done
mv "$ROOT/usr/sbin/resolvconf" "$ROOT/usr/sbin/resolvconf.away"
matches 'nothing here manages /etc/resolv\.conf: install systemd-resolved, openresolv or resolvconf' "$(connect check office)" \
	'nothing is installed: check says so'
mv "$ROOT/usr/sbin/resolvconf.away" "$ROOT/usr/sbin/resolvconf"
connect up office >/dev/null
by_resolvconf
check 'somebody is in charge later: up' wait_for "$HOST_DEADLINE" 'status' is_state 0
check 'somebody is in charge later: down' connect down office
same 'nameserver 192.0.2.1' "$(resolv_conf)" 'somebody is in charge later: all is as before'
