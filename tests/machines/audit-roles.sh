#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on Debian 12 and 13: no error on a host that was just installed, whichever role it
# has, and on one that has both; then faults of a launching host, each of which audit tells and really
# keeps the link down.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

readonly UNIT=vpn-connect@office.service
# Seconds for a link to come up, or to fail: the profile's Timeout is 15.
readonly UP_DEADLINE=60

errors()
{
	{ machine_on "$1" vpn-policy audit "${@:2}" >/dev/null; } 2>&1 | grep ': error: \|^error: '
}

sound()
{
	same '' "$(errors "$2")" "$1: audit finds no error"
	matches "^role     $3 " "$(machine_on "$2" vpn-policy audit 2>/dev/null)" "$1: and knows its role"
}

link_is_up()
{
	machine_on "$1" ping -q -c 1 -W 2 10.9.0.2
}

# fault NAME LOCAL RULE SET UNDO: by the launcher itself. by=unit: by the unit, which is started as well
# when its supervisor waits to try again.
fault()
{
	local name=$1 local=$2 rule=$3 how
	how="vpn-connect up office"
	[ "${by-}" != unit ] || how="systemctl daemon-reload && systemctl start $UNIT && vpn-connect status office"
	machine_on "$local" sh -c "$4" || fail "$name: it cannot be set"
	matches "\\[$rule\\]\$" "$(errors "$local")" "$name: audit tells of it ($rule)"
	check_not "$name: and no link comes up" machine_on "$local" timeout "$UP_DEADLINE" sh -c "$how"
	machine_on "$local" sh -c "vpn-connect down office >/dev/null 2>&1; systemctl stop $UNIT; systemctl reset-failed $UNIT" 2>/dev/null
	machine_on "$local" sh -c "$5" || fail "$name: it cannot be undone"
	same '' "$(errors "$local")" "$name: nothing is left of it"
}

faults()
{
	local name=$1 local=$2 profile=/etc/sallyport/connect/office.conf key=/home/alice/.ssh/id_vpn
	local config=/home/alice/.ssh/config drop_in=/etc/systemd/system/vpn-connect@.service.d
	# A unit that was another user's leaves its run-time directory, or a link in its place, to that user.
	local state_back='rm -rf /run/sallyport'
	local restore="cp -p /root/office.conf $profile" by line
	machine_on "$local" cp -p "$profile" /root/office.conf
	fault "$name: nobody is RunAs" "$local" run-as-missing "sed -i '/^RunAs/s/alice/bob/' $profile" "$restore"
	fault "$name: no key" "$local" identity-file "mv $key /root/k" "mv /root/k $key"
	fault "$name: the key is root's" "$local" identity-file "chown root $key" "chown alice $key"
	fault "$name: others may read the key" "$local" identity-file "chmod 644 $key" "chmod 600 $key"
	fault "$name: a home that alice may not pass" "$local" identity-file 'chown root /home/alice; chmod 700 /home/alice' \
		'chown alice /home/alice; chmod 755 /home/alice'
	fault "$name: what is no key" "$local" identity-file \
		"cp -p $key /root/k; echo x >$key" "cp -p /root/k $key"
	fault "$name: the host key is not known" "$local" host-key-unknown \
		'mv /etc/ssh/ssh_known_hosts /root' 'mv /root/ssh_known_hosts /etc/ssh'
	fault "$name: nor under that name" "$local" host-key-unknown \
		"echo 'HostKeyAlias gate' >$config" "rm $config"
	fault "$name: an ssh_config that ssh does not take" "$local" ssh-config "echo 'Nonsense yes' >$config" "rm $config"
	fault "$name: SshConfig is not there" "$local" ssh-config "sed -i '/^RunAs/s/\$/\\nSshConfig \\/nowhere/' $profile" "$restore"
	fault "$name: the profile does not parse" "$local" syntax "sed -i s/^RunAs/Runs/ $profile" "$restore"
	fault "$name: the profile is another's" "$local" untrusted "chown alice $profile" "chown root $profile"
	fault "$name: no ssh" "$local" program-missing 'mv /usr/bin/ssh /root' 'mv /root/ssh /usr/bin'
	fault "$name: ppptun is asked for, and not there" "$local" program-missing \
		"sed -i '1i Ppp ppptun' $profile; mv /usr/libexec/sallyport/ppptun /root" \
		"$restore; mv /root/ppptun /usr/libexec/sallyport"
	fault "$name: ppptun is another's" "$local" program-untrusted 'chown alice /usr/libexec/sallyport/ppptun' \
		'chown root /usr/libexec/sallyport/ppptun'
	fault "$name: no TUN device" "$local" kernel-tun 'umount /dev/net/tun; mv /dev/net /dev/old' 'mv /dev/old /dev/net; mount --bind /root/tun /dev/net/tun'
	fault "$name: run-time state of another's" "$local" launch-state 'mkdir -p /run/sallyport; chown alice /run/sallyport' \
		"$state_back"
	by=unit
	for line in User=alice PrivateNetwork=yes ProtectHome=yes ProtectHome=tmpfs PrivateDevices=yes \
		CapabilityBoundingSet=~CAP_NET_ADMIN ProcSubset=pid DynamicUser=yes; do
		fault "$name: $line" "$local" unit-spoiled "mkdir -p $drop_in; printf '[Service]\\n$line\\n' >$drop_in/x.conf" \
			"rm -r $drop_in; systemctl daemon-reload; $state_back"
	done
	fault "$name: no profile for the instance" "$local" unit-no-profile "systemctl -q enable $UNIT; mv $profile /root/p" \
		"mv /root/p $profile; systemctl -q disable $UNIT"
	by=
	check "$name: without them the link comes up" machine_on "$local" vpn-connect up office
	check "$name: and carries packets" wait_for 20 'an answer' link_is_up "$local"
	same '' "$(errors "$local")" "$name: audit finds no error while it is up"
	machine_on "$local" vpn-connect down office >/dev/null
}

for release in 12 13; do
	machine_couple "$release"
	mknod -m 666 "$(machine_root "local$release")/root/tun" c 10 200
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	name="Debian $release"
	machine_install "local$release" local
	matches '\[profile-none\]$' "$(machine_on "local$release" vpn-policy audit 2>&1 >/dev/null)" \
		"$name: a local machine without a profile is told so"
	machine_pair "remote$release" "local$release" '/^Timeout/s|30|15|'
	# Its logins fail one after the other, and not for that reason.
	if [ "$release" = 13 ]; then
		echo 'PerSourcePenalties no' | machine_file "remote$release" /etc/ssh/sshd_config.d/00-penalties.conf
		machine_sshd "remote$release"
	fi
	sound "$name, a local machine" "local$release" local
	sound "$name, a remote" "remote$release" remote
	faults "$name" "local$release"
	machine_install "remote$release" local
	sound "$name, both" "remote$release" local
	sound "$name, both" "remote$release" remote
	machine_on "local$release" make -s -C /src uninstall >/dev/null
	machine_on "local$release" rm -r /etc/sallyport
	install -m 755 "$BUILD/vpn-policy" "$(machine_root "local$release")/root/vpn-policy"
	status=$(machine_on "local$release" sh -c '/root/vpn-policy audit >/dev/null 2>&1; echo $?')
	same 66 "$status" "$name: uninstalled, it is neither"
done
