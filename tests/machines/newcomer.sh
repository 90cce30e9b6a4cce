#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The README's install sections, its very lines, on machines that nobody prepared: two with Debian 12
# and two with Debian 13, each pair a remote and a local machine. Then they reboot, and the local
# ones change remotes. What a newcomer has to do is counted and timed.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

# readme SECTION: the commands of a section of the README, a line each.
readme()
{
	sed -n "/^### $1\\./,/^#/s/^    //p" "$SRC/README.md"
}

# The person at the keyboard, who opens files in an editor and answers ssh's question.
person()
{
	machine_file "$1" /usr/local/bin/editor 755 <<-END
		#!/bin/sh
		exec sed -i "\$1" -e '/^Key/s|.*|Key $(cat "$WORLD/key.$2" 2>/dev/null)|' \\
			-e 's|^Host .*|Host gate.example.org|'
	END
	machine_file "$1" /usr/local/bin/answer 755 <<-END
		#!/bin/sh
		echo "$(cat "$WORLD/fingerprint.$2" 2>/dev/null)"
	END
}

# follow RELEASE MACHINE SECTION: types the section's lines one after the other, until one fails.
follow()
{
	local line status number=0 begin=$EPOCHREALTIME
	while IFS= read -r line; do
		number=$((number + 1))
		echo "\$ $line"
		# apt asks whether it may go on.
		machine_on "$2" env SSH_ASKPASS=/usr/local/bin/answer SSH_ASKPASS_REQUIRE=force \
			bash -c "cd /root/sallyport && exec <<<y
			$line" || {
			status=$?
			echo "line $number exited with $status"
			return 1
		}
	done < <(readme "$3")
	echo "$number $(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 1000))" >>"$WORLD/effort.$1"
}

# install RELEASE: what two people do, who tell each other a key and a fingerprint.
install_pair()
{
	local local=local$1 remote=remote$1
	follow "$1" "$local" 1 || return
	machine_on "$local" cat /home/alice/.ssh/id_vpn.pub >"$WORLD/key.$1"
	person "$remote" "$1"
	follow "$1" "$remote" 2 || return
	machine_on "$remote" ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub |
		cut -d' ' -f2 >"$WORLD/fingerprint.$1"
	person "$local" "$1"
	follow "$1" "$local" 3
}

# pings LOCAL: both families, to the other end.
pings()
{
	machine_on "$1" ping -q -c 1 -W 1 10.9.0.2 && machine_on "$1" ping -q -c 1 -W 1 fd00:9::2
}

# carries NAME LOCAL REMOTE [SECONDS]: packets pass, and both ends say so.
carries()
{
	check "$1: the link carries packets" wait_for "${4-30}" 'an answer' pings "$2"
	matches '^office is up since' "$(machine_on "$2" vpn-connect status office)" "$1: status says up"
	same active "$(machine_on "$2" systemctl is-active vpn-connect@office)" "$1: the unit is active"
	matches 'sp-alice' "$(machine_on "$3" ip -brief link)" "$1: the remote has its end"
}

machine_lacks()
{
	! machine_on "$1" test -e "/sys/class/net/$2"
}

for release in 12 13; do
	machine_couple "$release"
	machine_checkout "remote$release"
	machine_checkout "local$release"
	machine_on_tree "local$release" useradd --create-home --shell /bin/bash alice
done
for release in 12 13; do
	echo "198.51.100.$release gate.example.org" >>"$(machine_root "local$release")/etc/hosts"
done
machine_boot remote12 local12 remote13 local13
for release in 12 13; do
	person "local$release" "$release"
	install_pair "$release" >"$WORLD/said.$release" 2>&1 &
	running[release]=$!
done
for release in 12 13; do
	wait "${running[release]}"
	status=$?
	same 0 "$status" "Debian $release: every line of the README's install sections works"
	note "Debian $release: what they saw"
	note "$(grep -v -E '^(Get:|Selecting|Preparing|Unpacking|Setting up|\(Reading|  CC|Processing)' "$WORLD/said.$release" | tail -n 60)"
	[ "$status" -eq 0 ] || exit 1
	lacks '(warning|error): ' "$(grep -v '^Get' "$WORLD/said.$release")" \
		"Debian $release: check and audit find nothing to say"
	matches '^office: ok: alice reaches gate\.example\.org with /home/alice/\.ssh/id_vpn; ppptun.*; sp-office$' \
		"$(<"$WORLD/said.$release")" "Debian $release: vpn-connect check says so before up"
	note "$(awk -v release="$release" '{ lines += $1; ms += $2 } END {
		printf "newcomer, Debian %s: %d lines, %.1f s until the first ping (%d lines and %.1f s of it on the remote)",
			release, lines, ms / 1000, remote, remote_ms / 1000 }
		NR == 2 { remote = $1; remote_ms = $2 }' "$WORLD/effort.$release")"
	carries "Debian $release" "local$release" "remote$release"
done

machine_reboot remote12 local12 remote13 local13
for release in 12 13; do
	carries "Debian $release, both rebooted" "local$release" "remote$release" 90
done

# What a newcomer may have left out is told, where it is and what to do; and nothing is changed.
# forgets LOCAL NAME STATUS PATTERN COMMAND UNDO
forgets()
{
	local said status=0
	machine_on "$1" sh -c "$5" || give_up "$2"
	said=$(machine_on "$1" vpn-connect check office 2>&1) || status=$?
	same "$3" "$status" "$2: check's exit status"
	matches "$4" "$said" "$2: check says what to do"
	status=0
	machine_on "$1" vpn-connect up --once office >/dev/null 2>&1 || status=$?
	same "$3" "$status" "$2: and up exits with the same"
	machine_on "$1" sh -c "$6" || give_up "$2: undone"
}
for release in 12 13; do
	local=local$release
	machine_on "$local" systemctl stop vpn-connect@office
	check "Debian $release: stopped" wait_for 30 'the end' machine_lacks "$local" sp-office
	forgets "$local" "Debian $release: no key" 78 \
		'^/etc/sallyport/connect/office\.conf:[0-9]+: error: IdentityFile /home/alice/\.ssh/id_vpn: there is no such file: make the key as alice' \
		'mv /home/alice/.ssh/id_vpn /home/alice/.ssh/away' 'mv /home/alice/.ssh/away /home/alice/.ssh/id_vpn'
	forgets "$local" "Debian $release: a key of root's" 78 'id_vpn: alice cannot read it: Permission denied: give it to alice' \
		'chown root: /home/alice/.ssh/id_vpn' 'chown alice: /home/alice/.ssh/id_vpn'
	forgets "$local" "Debian $release: a host key that nobody has seen" 77 \
		'error: the host key of gate\.example\.org is not known to alice: log in once by hand' \
		'mv /home/alice/.ssh/known_hosts /home/alice/.ssh/away' 'mv /home/alice/.ssh/away /home/alice/.ssh/known_hosts'
	printed=$(machine_on "$local" vpn-connect up --dry-run office)
	same 0 $? "Debian $release: --dry-run succeeds"
	matches "^  run      /usr/libexec/sallyport/ppptun notty .* ifname sp-office" "$printed" "Debian $release: --dry-run has the command lines"
	same '' "$(machine_on "$local" sh -c 'ls -A /run/sallyport/connect; ip -brief link show dev sp-office 2>/dev/null')" \
		"Debian $release: --dry-run makes nothing"
	check "Debian $release: the unit starts again" machine_on "$local" systemctl start vpn-connect@office
	carries "Debian $release, after that" "$local" "remote$release"
done

# move LOCAL-RELEASE REMOTE-RELEASE: her other machine's key is one more line of her policy.
for release in 12 13; do
	machine_on "local$release" systemctl stop vpn-connect@office
	check "Debian $release: nothing is left after the stop" wait_for 30 'the end' \
		machine_lacks "local$release" sp-office
done
move()
{
	local local=local$1 remote=remote$2
	sed -i "\$i Key $(cat "$WORLD/key.$1")" "$(machine_root "$remote")/etc/sallyport/peers/alice.conf"
	check "Debian $1 to $2: the peer has two keys" machine_on "$remote" \
		sh -c 'vpn-policy check && vpn-policy authorized-keys --write /etc/sallyport/authorized_keys'
	sed -i "s|^Host.*|Host $remote|" "$(machine_root "$local")/etc/sallyport/connect/office.conf"
	echo "$remote $(cut -d' ' -f1,2 "$(machine_root "$remote")/etc/ssh/ssh_host_ed25519_key.pub")" \
		>>"$(machine_root "$local")/home/alice/.ssh/known_hosts"
	check "Debian $1 to $2: the unit starts" machine_on "$local" systemctl start vpn-connect@office
	carries "Debian $1 to $2" "$local" "$remote"
}
move 12 13
move 13 12
