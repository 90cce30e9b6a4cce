# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Names through a link, on remoteRELEASE and localRELEASE of tests/lib/machine.sh.
#
#   names_begin RELEASE             both installed; the name servers of both worlds answer
#   names_use RELEASE               what follows is about these two
#   names_by_resolved               with systemd-resolved, as from a shell
#   names_cut WHAT                  whose power is cut
#   names_without_resolved          which is stopped, started anew, masked, and told otherwise meanwhile
#   names_hung                      which does not answer
#   names_without_bus               which cannot be asked
#   names_of_two                    of two links at once
#   names_in_the_unit               under vpn-connect@.service
#   names_by_resolvconf PACKAGE     with openresolv or resolvconf
#   names_by_nobody                 where resolv.conf is a file, and somebody's link
readonly INSIDE=10.2.0.53 OUTSIDE=10.2.0.80 # the remote's name server, and what it says
readonly SECOND=10.19.0.2 SECOND_SAYS=10.19.0.80 # of another link
readonly WORLD_SAYS=203.0.113.9             # what the other one says
readonly RESOLV_CONF=/etc/resolv.conf

# on COMMAND…: on the local machine.
on()
{
	machine_on "$LOCAL" "$@"
}

names_ready()
{
	grep -qx ready "$ASKED"
}

names_use()
{
	RELEASE="Debian $1" LOCAL=local$1 REMOTE=remote$1 ASKED=$WORLD/asked$1 WORLD_SERVER=198.51.100.$1
}

names_begin()
{
	names_use "$1"
	machine_pair "$REMOTE" "$LOCAL" '/^Accept/aAccept dns' '/^Timeout/s|30|60|'
	sed -i -e '/^Offer/aOfferDns 10.2.0.53 10.9.9.9\nOfferSearch corp.example ~lab.example' \
		"$(machine_root "$REMOTE")/etc/sallyport/peers/alice.conf"
	machine_on "$REMOTE" ip address add "$INSIDE/32" dev lo
	ip netns exec "$REMOTE" python3 "$SRC/tests/machines/responder.py" "$ASKED" "$INSIDE=$OUTSIDE" \
		"$WORLD_SERVER=$WORLD_SAYS" "$SECOND=$SECOND_SAYS" 18>&- 19>&- &
	wait_for 30 'the name servers' names_ready || give_up 'the name servers'
	echo "DNS=$WORLD_SERVER" >>"$(machine_root "$LOCAL")/etc/systemd/network/eth0.network"
	on networkctl reload
	on networkctl reconfigure eth0
	check "$RELEASE: the world's names are found" wait_for 30 'an answer' names_are "$WORLD_SAYS" www.other.example
}

# names_are ADDRESS NAME: as any program is told.
names_are()
{
	[ "$(on getent ahostsv4 "$2" | sed -n '1s/ .*//p')" = "$1" ]
}

# all that is in force, of every link and of the file; without the link of the last time.
names_state()
{
	on sh -c 'ls -l --time-style=+ /etc/resolv.conf; cat /etc/resolv.conf; ! systemctl -q is-active systemd-resolved ||
		{ resolvectl dns; resolvectl domain; resolvectl default-route; }' 2>&1 | sed 's/^Link [0-9]*/Link/'
}

names_as_before()
{
	[ "$(names_state)" = "$BEFORE" ]
}

# names_status PATTERN: status says so.
names_status()
{
	on vpn-connect status office 2>&1 | grep -Eq "$1"
}

names_logged()
{
	machine_log "$LOCAL" vpn-connect@office.service | grep -q "$1"
}

names_impaired()
{
	on vpn-connect status -q office
	[ $? -eq 4 ]
}

names_up()
{
	on vpn-connect up office
}

# names_work WHAT: what is in Search is asked through the link, and nothing else is.
names_work()
{
	check "$1: names behind the link are found" wait_for 30 'an answer' names_are "$OUTSIDE" www.corp.example
	check "$1: and the world's" names_are "$WORLD_SAYS" "www$RANDOM.other.example"
}

names_down()
{
	check "$1: it goes down" on vpn-connect down office
	check "$1: all is as before" wait_for 20 'that' names_as_before
	[ "$(names_state)" = "$BEFORE" ] || same "$BEFORE" "$(names_state)" "$1: all is as before, byte for byte"
}

names_supervisor()
{
	on vpn-connect status --json office | sed -n 's/^ *"supervisor": \([0-9]*\).*/\1/p'
}

# names_killed WHAT: the supervisor is, with everything undone by `down`.
names_killed()
{
	on kill -KILL "$(names_supervisor)"
	names_down "$1, after kill -9"
}

names_by_resolved()
{
	local name="$RELEASE, systemd-resolved" said
	BEFORE=$(names_state)
	said=$(names_up 2>&1)
	matches 'offer 10\.9\.9\.9 is not taken: a name server outside of what is routed' "$said" \
		"$name: a server outside is refused, and said"
	names_work "$name"
	check "$name: a short name is completed" names_are "$OUTSIDE" intranet
	check "$name: the remote's server was asked" grep -qx "$INSIDE www.corp.example" "$ASKED"
	check_not "$name: but for nothing of the world's" grep -q "^$INSIDE .*other" "$ASKED"
	check_not "$name: and the world for nothing of the remote's" grep -q "^$WORLD_SERVER .*corp" "$ASKED"
	same 'Link sp-office corp.example ~lab.example' \
		"$(on resolvectl domain sp-office | sed -e 's/^Link [0-9]* (\(.*\)):/Link \1/')" "$name: what resolved has"
	check "$name: status shows them" names_status '^  dns +10\.2\.0\.53, offered by the remote'
	check "$name: and the domains" names_status '^  search +~lab\.example, offered by the remote'
	matches '"by": "systemd-resolved"' "$(on vpn-connect status --json office)" "$name: as JSON"
	names_down "$name"
	names_up >/dev/null 2>&1
	names_killed "$name"
}

# names_cut WHAT: the power, while the link is up; nothing of it is there after the next boot.
names_cut()
{
	BEFORE=$(names_state)
	names_up >/dev/null 2>&1
	check "$1: its names are asked before its power is cut" wait_for 30 'an answer' names_are "$OUTSIDE" www.corp.example
	machine_cut "$LOCAL"
	machine_boot "$LOCAL"
	check "$1: all is as before, once it has booted again" wait_for 60 'that' names_as_before
	[ "$(names_state)" = "$BEFORE" ] || same "$BEFORE" "$(names_state)" "$1: all is as before, byte for byte"
	check "$1: and the link comes up again" on vpn-connect up office
	names_work "$1, after that boot"
	names_down "$1, after that boot"
}

names_without_resolved()
{
	local name="$RELEASE, systemd-resolved"
	BEFORE=$(names_state)
	names_up >/dev/null 2>&1
	on resolvectl revert sp-office
	check "$name, told otherwise: it is told again" wait_for 30 'that' names_status '^office is up'
	names_work "$name, told otherwise"
	on systemctl restart systemd-resolved
	names_work "$name, started anew"
	on systemctl stop systemd-resolved
	on find /run/systemd/resolve/netif -type f -delete
	check "$name, stopped: the link is impaired" wait_for 30 'that' names_impaired
	check "$name, stopped: and says why" names_status 'systemd-resolved does not run'
	check "$name, stopped: packets pass all the same" on ping -q -c 1 -W 5 10.9.0.2
	on systemctl mask systemd-resolved
	check "$name, masked: the same" names_impaired
	on systemctl unmask systemd-resolved
	on systemctl start systemd-resolved
	check "$name, back: it is told again" wait_for 30 'that' names_status '^office is up'
	names_work "$name, back"
	names_down "$name, back"
	on systemctl stop systemd-resolved
	check "$name, away at the beginning: the link comes up" on vpn-connect up office
	check "$name, away at the beginning: and is impaired" names_impaired
	on systemctl start systemd-resolved
	names_work "$name, which came later"
	names_down "$name, which came later"
}

# It hangs: everything that asks it has a deadline.
names_hung()
{
	local name="$RELEASE, systemd-resolved"
	names_up >/dev/null 2>&1
	on systemctl kill --kill-whom=main -s STOP systemd-resolved
	check "$name, stopped by a signal: the link is impaired" names_impaired
	check "$name, stopped by a signal: it goes down all the same" on vpn-connect down office
	check "$name, stopped by a signal: the link comes up" on vpn-connect up office
	check "$name, stopped by a signal: and is impaired" names_impaired
	on systemctl kill --kill-whom=main -s CONT systemd-resolved
	check "$name, which goes on: it is told" wait_for 30 'that' names_status '^office is up'
	names_work "$name, which goes on"
	names_down "$name, which goes on"
}

# Nobody can be asked about it: what it was told of ends with the interface all the same.
names_without_bus()
{
	local name="$RELEASE, no bus" socket=/run/dbus/system_bus_socket said
	BEFORE=$(names_state)
	names_up >/dev/null 2>&1
	on mv $socket $socket.away
	names_work "$name"
	check "$name: status says so" names_status 'names by +systemd-resolved \(cannot reach the system bus: '
	check "$name: it goes down" on vpn-connect down office
	said=$(names_up 2>&1)
	same 0 $? "$name, at the beginning: the link comes up"
	matches 'its name servers are not asked until this is mended: cannot reach the system bus: ' "$said" \
		"$name, at the beginning: and says what is missing"
	on mv $socket.away $socket
	check "$name, which comes back: it is told" wait_for 30 'that' names_status '^office is up'
	names_work "$name, which comes back"
	names_down "$name, which comes back"
}

# The other peer's end is a name server as well.
names_second()
{
	local key
	machine_on -u alice "$LOCAL" ssh-keygen -q -t ed25519 -N '' -f /home/alice/.ssh/id_lab
	key=$(cut -d' ' -f1,2 "$(machine_root "$LOCAL")/home/alice/.ssh/id_lab.pub")
	printf '%s\n' "Key $key" 'From 198.51.100.0/24' 'Allow pppd sshroute' 'Address 10.19.0.2 10.19.0.1' \
		"OfferDns $SECOND" 'OfferSearch deep.corp.example corp.example' End |
		machine_file "$REMOTE" /etc/sallyport/peers/lab.conf
	machine_authorize "$REMOTE"
	printf '%s\n' "Host $REMOTE" 'RunAs alice' 'IdentityFile /home/alice/.ssh/id_lab' 'Address 10.19.0.1 10.19.0.2' \
		'Accept dns' 'Timeout 60' End | machine_file "$LOCAL" /etc/sallyport/connect/lab.conf 640
}

names_both_asked()
{
	on resolvectl flush-caches
	on getent ahostsv4 both.corp.example >/dev/null
	grep -qx "$INSIDE both.corp.example" "$ASKED" && grep -qx "$SECOND both.corp.example" "$ASKED"
}

# Two links, of which one has a part of the other's domain, and both have another.
names_of_two()
{
	local name="$RELEASE, two links"
	BEFORE=$(names_state)
	names_second
	names_up >/dev/null 2>&1
	check "$name: the second comes up" on vpn-connect up lab
	check "$name: the longer domain's server answers" wait_for 30 'an answer' names_are "$SECOND_SAYS" www.deep.corp.example
	check_not "$name: and the other one is not asked" grep -q "^$INSIDE .*deep" "$ASKED"
	check "$name: of equal domains both are" wait_for 30 'both' names_both_asked
	check "$name: one goes" on vpn-connect down lab
	names_work "$name, of which one is left"
	names_down "$name, of which none is left"
}

names_in_the_unit()
{
	local name="$RELEASE, the unit"
	BEFORE=$(names_state)
	check "$name: it starts" on timeout 100 systemctl start vpn-connect@office
	names_work "$name"
	check "$name: it stops" on systemctl stop vpn-connect@office
	check "$name: all is as before" wait_for 20 'that' names_as_before
}

# It writes resolv.conf itself, which the unit does not permit.
names_may_write()
{
	check "$1: the unit starts without it" on timeout 100 systemctl start vpn-connect@office
	check "$1: and is impaired" names_impaired
	check "$1: what to do is in the log" names_logged 'ReadWritePaths=/etc'
	check "$1: it stops" on systemctl stop vpn-connect@office
	machine_file "$LOCAL" /etc/systemd/system/vpn-connect@.service.d/resolvconf.conf <<<$'[Service]\nReadWritePaths=/etc'
	on systemctl daemon-reload
}

# The rest of the world is what resolvconf knows of eth0.
names_by_resolvconf()
{
	local name="$RELEASE, $1"
	on apt-get install -q -y "$1" >"$WORLD/apt" 2>&1 || note "$(tail -n 5 "$WORLD/apt")"
	on sh -c "echo nameserver $WORLD_SERVER | resolvconf -a eth0.test"
	check "$name: it is in charge" wait_for 20 'it' names_are "$WORLD_SAYS" www.other.example
	BEFORE=$(names_state)
	names_up >"$WORLD/said" 2>&1
	check "$name: names behind the link are found" wait_for 30 'an answer' names_are "$OUTSIDE" www.corp.example
	check "$name: a short name is completed" names_are "$OUTSIDE" intranet
	check "$name: status shows them" names_status '^  names by +resolvconf$'
	check "$name: and is up" names_status '^office is up'
	names_down "$name"
	names_up >/dev/null 2>&1
	names_killed "$name"
	[ "$1" != openresolv ] || names_may_write "$name"
	check "$name: the unit starts" on timeout 100 systemctl start vpn-connect@office
	check "$name: and its names are found" wait_for 30 'an answer' names_are "$OUTSIDE" www.corp.example
	check "$name: the unit stops" on systemctl stop vpn-connect@office
	check "$name: all is as before" wait_for 20 'that' names_as_before
}

names_by_nobody()
{
	local name="$RELEASE, nobody" said
	on apt-get purge -q -y resolvconf openresolv systemd-resolved >/dev/null 2>&1
	on sh -c "rm -f $RESOLV_CONF; echo nameserver $WORLD_SERVER >$RESOLV_CONF"
	BEFORE=$(names_state)
	said=$(names_up 2>&1)
	matches 'its name servers are not asked until this is mended: nothing here manages /etc/resolv.conf: install' "$said" \
		"$name: it says what is missing"
	check "$name: the link is there" on ping -q -c 1 -W 5 10.9.0.2
	check "$name: and impaired" names_impaired
	names_down "$name"
	on sh -c "mv $RESOLV_CONF /etc/mine; ln -s mine $RESOLV_CONF"
	BEFORE=$(names_state)
	names_up >/dev/null 2>&1
	check "$name, somebody's link: it is impaired" names_impaired
	names_down "$name, somebody's link"
}
