# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Debian's packages on machines of tests/lib/machine.sh that nobody prepared: as README.md has it, and what
# becomes of the machines.
#
#   packages_life RELEASE      installed, up, installed again, upgraded, removed, purged: remoteRELEASE and
#                              localRELEASE are as before
#   packages_odd RELEASE       what is there already, lacking or broken, on remoteRELEASE
readonly DEBS=$BUILD/deb
readonly FRAGMENT=/etc/ssh/sshd_config.d/sallyport.conf
readonly AGENT=/usr/libexec/sallyport/vpn-agent
readonly NEWER=+1 # of the version that an upgrade is to

# readme HEADING [NUMBER]: the commands of that section of the README, a line each; or that one of them.
readme()
{
	sed -n "/^### $1\$/,/^#/s/^    //p" "$SRC/README.md" | sed -e 's/ *# .*//' -n -e "${2-}p"
}

# typed NAME LINE [DIRECTORY]: as by a person who says yes, where the packages are.
typed()
{
	machine_on "$1" bash -c "cd ${3-/root/debs} && yes | { $2; }" 2>&1
}

# pasted NAME LINE TEXT: by a person who has that text to paste.
pasted()
{
	machine_file "$1" /root/pasted <<<"$3"
	machine_on "$1" bash -c "{ $2; } </root/pasted"
}

# tree NAME: all files, but for what the machine itself writes, and what apt and dpkg remember.
tree()
{
	machine_on "$1" sh -c 'find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /root -o -path /src \
			-o -path /packages -o -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg \
			-o -path /var/lib/systemd -o -path /var/tmp -o -path "/etc/*-" -o -path /etc/ld.so.cache -o -path /etc/.pwd.lock \
			-o -path /usr/share/mime \) -prune \
			-o -printf "%y %m %U:%G %p %l\n" | sort
		sha256sum /etc/passwd /etc/group /etc/shadow /etc/gshadow'
}

# same_tree NAME FILE WHAT: as it was when FILE was written.
same_tree()
{
	tree "$1" >"$WORLD/tree.now"
	same '' "$(diff "$2" "$WORLD/tree.now")" "$3"
}

# copies NAME: the packages, and nothing else, as somebody would have copied them.
copies()
{
	mkdir -p "$(machine_root "$1")/root/debs"
	cp "$DEBS"/sallyport-{agent,connect,common}_*.deb "$(machine_root "$1")/root/debs/"
	# Many restarts are the test's own.
	machine_file "$1" /etc/systemd/system/ssh.service.d/often.conf <<<$'[Unit]\nStartLimitIntervalSec=0'
	machine_on "$1" systemctl daemon-reload
	# What they depend on stays when they go.
	machine_on "$1" apt-get -q -y install libcap-ng0 libjansson4 libmnl0 libsystemd0 libcap2-bin >/dev/null 2>&1 ||
		give_up "the libraries on $1"
}

# repack DIRECTORY: the packages as a newer version, which has more to say in its configuration.
repack()
{
	local deb work=$1/work
	mkdir -p "$1"
	for deb in "$DEBS"/sallyport-{agent,connect,common}_*.deb; do
		dpkg-deb --raw-extract "$deb" "$work"
		sed -i -e "/^Version:/s/\$/$NEWER/" -e "/^Depends:/s/(= \([^)]*\))/(= \1$NEWER)/" "$work/DEBIAN/control"
		[ ! -e "$work/etc/sallyport/agent.conf" ] || sed -i '1i # Of a newer version.' "$work/etc/sallyport/agent.conf"
		rm "$work/DEBIAN/md5sums"
		dpkg-deb --root-owner-group --build "$work" "$1/$(basename "${deb%%_*}")_newer.deb" >/dev/null
		rm -r "$work"
	done
}

pings()
{
	machine_on "$1" ping -q -c 1 -W 1 10.90.0.2 && machine_on "$1" ping -q -c 1 -W 1 fd7c:e2a5:91d3::2
}

# sessions REMOTE: the processes of the account.
sessions()
{
	machine_on "$1" pgrep -u sallyport | xargs
}

ended()
{
	[ -z "$(sessions "$1")" ]
}

supervisor()
{
	machine_on "$1" systemctl show --value --property=MainPID vpn-connect@office
}

# answers_ssh REMOTE LOCAL: sshd of the remote is there, started anew from what lies on its disk.
answers_ssh()
{
	machine_on "$1" systemctl restart ssh && machine_on "$2" sh -c "ssh-keyscan -t ed25519 $1 2>/dev/null | grep -q ."
}

packages_installed()
{
	local name="Debian $1" remote=remote$1 local=local$1
	same 2 "$(readme 'On the remote' | wc -l)" "$name: two lines for the remote"
	same 2 "$(readme 'On the local machine' | wc -l)" "$name: and two for the local machine"
	check "$name: the first installs the remote side" typed "$remote" "$(readme 'On the remote' 1)"
	check "$name: and the local one" typed "$local" "$(readme 'On the local machine' 1)"
	matches "^sallyport:x:[0-9]+:[0-9]+:Sallyport VPN:/:$AGENT\$" "$(machine_on "$remote" getent passwd sallyport)" "$name: there is the account"
	same "$AGENT cap_setgid,cap_setuid,cap_setpcap,cap_net_admin=p" "$(machine_on "$remote" getcap "$AGENT")" "$name: the agent has its capabilities"
	same '750 root sallyport-agent' "$(machine_on "$remote" stat -c '%a %U %G' "$AGENT")" "$name: and is the account's group's"
	same '660 root sallyport-agent' "$(machine_on "$remote" stat -c '%a %U %G' /run/sallyport/sessions)" "$name: as are the locks of its sessions"
	same /dev/null "$(machine_on "$remote" readlink "/etc/systemd/system/user@$(machine_on "$remote" id -u sallyport).service")" \
		"$name: no user manager for the account"
	same disabled "$(machine_on "$local" systemctl is-enabled vpn-connect-control.socket)" "$name: nothing is enabled"
	same inactive "$(machine_on "$local" systemctl is-active vpn-connect-control.socket)" "$name: and nothing runs"
}

# What is printed on one machine is pasted on the other, and the link is up.
packages_joined()
{
	local name="Debian $1" remote=remote$1 local=local$1 said status=0
	machine_on "$local" useradd --create-home --shell /bin/bash alice
	said=$(pasted "$remote" "$(readme 'On the remote' 2)" '' 2>"$WORLD/said") || status=$?
	same 0 "$status" "$name: the second invites a peer, from an agent.conf that nobody has edited"
	[ "$status" -eq 0 ] || note "$(<"$WORLD/said")"
	matches 'Key none' "$(machine_on "$remote" cat /etc/sallyport/peers/alice.conf | tr -s ' ')" "$name: and nobody gets in yet"
	lacks '^error: ' "$(machine_on "$remote" vpn-policy audit 2>&1)" "$name: which is no error of the host's"
	said=$(pasted "$local" "$(readme 'On the local machine' 2)" "$(tail -n 1 <<<"$said")" 2>&1) || status=$?
	same 0 "$status" "$name: and imports the line that it printed"
	[ "$status" -eq 0 ] || note "$said"
	lacks '(warning|error): ' "$said" "$name: whose check finds nothing"
	matches '^office is up$' "$said" "$name: and the link is up"
	# shellcheck disable=SC2016 # of that shell
	same 'active enabled' "$(machine_on "$local" sh -c 'echo $(systemctl is-active vpn-connect@office) $(systemctl is-enabled vpn-connect@office)')" \
		"$name: by its unit, at each boot"
	matches '^Account sallyport$' "$(machine_on "$local" cat /etc/sallyport/connect/office.conf)" "$name: the profile has the account of this package"
	lacks 'HandIn|none' "$(machine_on "$remote" cat /etc/sallyport/peers/alice.conf)" "$name: the peer's file has the key"
}

packages_up()
{
	local name="Debian $1" remote=remote$1 local=local$1 from
	check "$name: vpn-connect check" machine_on "$local" vpn-connect check office
	check "$name: packets pass" wait_for 30 'an answer' pings "$local"
	from=$(grep -o 'vpn-policy set-peer alice From [0-9./]*' "$SRC/README.md")
	same 'warning: A peer that may come from anywhere [from-missing]' "$(machine_on "$remote" vpn-policy audit 2>&1 | grep -E '(warning|error): ')" \
		"$name: audit has one thing to say on the remote"
	check "$name: which a line of the README mends" typed "$remote" "$from"
	lacks '(warning|error): ' "$(machine_on "$remote" vpn-policy audit 2>&1)" "$name: and now nothing"
}

# by_hand NUMBER: that line of the README, for another peer and another profile.
by_hand()
{
	readme 'Where others may read the line' "$1" | sed -e '/^vpn-policy/s/alice/phone/' -e 's/office/phone/'
}

# A peer whose key is carried back.
packages_by_hand()
{
	local name="Debian $1, carried back" remote=remote$1 local=local$1 said status=0
	said=$(pasted "$remote" "$(by_hand 1) --host $remote" '' 2>"$WORLD/said") || status=$?
	same 0 "$status" "$name: an invitation"
	said=$(pasted "$local" "$(by_hand 2)" "$(tail -n 1 <<<"$said")" 2>"$WORLD/said") || status=$?
	same 0 "$status" "$name: and its import"
	[ "$status" -eq 0 ] || note "$(<"$WORLD/said")"
	lacks '(warning|error): ' "$said$(<"$WORLD/said")" "$name: whose check finds nothing"
	matches 'vpn-policy set-peer phone --key -$' "$(<"$WORLD/said")" "$name: it says what to do with the key"
	check "$name: which the remote takes" pasted "$remote" "$(by_hand 3)" "$(tail -n 1 <<<"$said")"
	check "$name: up" typed "$local" "$(by_hand 4)"
	check "$name: it is up" wait_for 30 'the link' machine_on "$local" vpn-connect status phone
	check "$name: which can be ended" machine_on "$local" systemctl disable --now vpn-connect@phone
	machine_on "$remote" vpn-policy remove-peer phone >/dev/null 2>&1
	machine_on "$local" sh -c 'rm -f /etc/sallyport/connect/phone.conf /etc/sallyport/ssh/phone.*'
}

# import_secret MACHINE LINE ARGUMENT…: an invitation with a one-time key, which import takes as no argument.
import_secret()
{
	local machine=$1 line=$2
	shift 2
	# shellcheck disable=SC2016 # of that shell
	machine_on "$machine" sh -c 'line=$1; shift; printf "%s\n" "$line" | vpn-connect import "$@" -' import "$line" "$@"
}

# What takes a key: its unit as it ships takes it, with each line of its sandbox.
packages_hand_in()
{
	local name="Debian $1, handed in" remote=remote$1 local=local$1 line said
	same enabled "$(machine_on "$remote" systemctl is-enabled sallyport-hand-in.socket)" "$name: the socket is enabled"
	same active "$(machine_on "$remote" systemctl is-active sallyport-hand-in.socket)" "$name: and listens"
	same '660 root sallyport-agent' "$(machine_on "$remote" stat -c '%a %U %G' /run/sallyport/hand-in)" "$name: to the account alone"
	said=$(machine_on "$remote" systemd-analyze verify --man=no /usr/lib/systemd/system/sallyport-hand-in.socket \
		/usr/lib/systemd/system/sallyport-hand-in@.service 2>&1)
	same '' "$said" "$name: systemd-analyze verify has nothing to say of both units"
	line=$(machine_on "$remote" vpn-policy add-peer laptop --invite --hand-in --host "$remote" 2>/dev/null | tail -n 1)
	said=$(import_secret "$local" "$line" --run-as alice --name laptop 2>&1)
	same 0 $? "$name: import"
	matches "^laptop: $remote has its key\$" "$said" "$name: says so"
	lacks 'HandIn|none' "$(machine_on "$remote" cat /etc/sallyport/peers/laptop.conf)" "$name: it is in the peer's file"
	same '640 root sallyport-agent' "$(machine_on "$remote" stat -c '%a %U %G' /etc/sallyport/peers/laptop.conf)" "$name: which is still the account's to read"
	machine_on "$remote" journalctl --sync
	matches 'laptop: its key is SHA256:.*, which it handed in$' "$(machine_log "$remote" 'sallyport-hand-in@*')" "$name: the journal has it"
	same '' "$(machine_on "$remote" systemctl list-units --all --plain --no-legend 'sallyport-hand-in@*')" "$name: no instance stays, or has failed"
	said=$(import_secret "$local" "$line" --run-as alice --name laptop 2>&1)
	same 0 $? "$name: the same import again finds it there"
	# With a list for sshd in place of its questions.
	machine_on "$remote" sh -c 'install -m 644 /dev/null /etc/sallyport/authorized_keys && vpn-policy authorized-keys --write /etc/sallyport/authorized_keys && vpn-policy authorized-keys --index'
	line=$(machine_on "$remote" vpn-policy add-peer tablet --invite --hand-in --host "$remote" 2>/dev/null | tail -n 1)
	check "$name: into a list" import_secret "$local" "$line" --run-as alice --name tablet
	matches '^command=.*vpn-agent tablet",restrict ssh-ed25519 .* tablet$' "$(machine_on "$remote" cat /etc/sallyport/authorized_keys)" "$name: which has it"
	same '644 root root' "$(machine_on "$remote" stat -c '%a %U %G' /etc/sallyport/authorized_keys)" "$name: and is as it was"
	machine_on "$remote" sh -c 'vpn-policy remove-peer laptop; vpn-policy remove-peer tablet; rm /etc/sallyport/authorized_keys /etc/sallyport/keys.index' >/dev/null 2>&1
	machine_on "$local" sh -c 'rm -f /etc/sallyport/connect/laptop.conf /etc/sallyport/connect/tablet.conf /etc/sallyport/ssh/laptop.* /etc/sallyport/ssh/tablet.*'
}

# packages_again RELEASE WHAT COMMAND: the link lives through it, and the files are as they were.
packages_again()
{
	local name="Debian $1: $2" remote=remote$1 local=local$1 there here
	there=$(sessions "$remote") here=$(supervisor "$local")
	shift 2
	check "$name: the remote" typed "$remote" "$*"
	check "$name: the local machine" typed "$local" "${*//agent/connect}"
	same "$there" "$(sessions "$remote")" "$name: the session runs on"
	same "$here" "$(supervisor "$local")" "$name: and so does the launcher"
	check "$name: packets pass" pings "$local"
}

packages_upgraded()
{
	local name="Debian $1" remote=remote$1 local=local$1
	machine_on "$remote" sed -i '1i # Mine.' /etc/sallyport/agent.conf "$FRAGMENT"
	cp "$WORLD/newer/"*.deb "$(machine_root "$remote")/root/debs/"
	cp "$WORLD/newer/"*.deb "$(machine_root "$local")/root/debs/"
	packages_again "$1" upgrade apt-get -q -y -o Dpkg::Options::=--force-confold install ./sallyport-{agent,common}_newer.deb
	matches "\\$NEWER\$" "$(machine_on "$remote" dpkg-query -W sallyport-agent)" "$name: it was one"
	same '# Mine.' "$(machine_on "$remote" head -n 1 /etc/sallyport/agent.conf)" "$name: an edited file stays, though a newer one came"
	same '# Mine.' "$(machine_on "$remote" head -n 1 "$FRAGMENT")" "$name: and so does the one of sshd"
	same "$AGENT cap_setgid,cap_setuid,cap_setpcap,cap_net_admin=p" "$(machine_on "$remote" getcap "$AGENT")" "$name: the new agent has its capabilities"
	check "$name: down" machine_on "$local" systemctl stop vpn-connect@office
	check "$name: and up, with the new ones" machine_on "$local" systemctl start vpn-connect@office
	check "$name: packets pass after the upgrade" wait_for 30 'an answer' pings "$local"
}

packages_removed()
{
	local name="Debian $1" remote=remote$1 local=local$1
	check "$name: remove, with a session" typed "$remote" 'apt-get -q -y remove sallyport-agent'
	check "$name: which ends" ended "$remote"
	check "$name: sshd answers, started anew" wait_for 20 'sshd' answers_ssh "$remote" "$local"
	check "$name: the edited files stay" machine_on "$remote" grep -qx '# Mine.' "$FRAGMENT"
	check "$name: remove, with a link" typed "$local" 'apt-get -q -y remove sallyport-connect'
	same '' "$(machine_on "$local" sh -c 'ls -d /sys/class/net/sp-* /run/sallyport 2>/dev/null; pgrep -x "vpn-connect|ssh|ppptun"')" \
		"$name: which is down, and nothing of it is left"
	check "$name: purge there" typed "$remote" "apt-get -q -y purge 'sallyport-*'"
	check "$name: and here" typed "$local" "apt-get -q -y purge 'sallyport-*'"
	machine_on "$local" userdel --remove alice 2>/dev/null
	same_tree "$remote" "$WORLD/tree.$remote" "$name: purge leaves the remote as it was"
	same_tree "$local" "$WORLD/tree.$local" "$name: and the local machine"
	check "$name: sshd answers after that" wait_for 20 'sshd' answers_ssh "$remote" "$local"
}

packages_life()
{
	local remote=remote$1 local=local$1
	repack "$WORLD/newer"
	copies "$remote"
	copies "$local"
	tree "$remote" >"$WORLD/tree.$remote"
	tree "$local" >"$WORLD/tree.$local"
	packages_installed "$1"
	packages_joined "$1"
	packages_up "$1"
	packages_hand_in "$1"
	packages_by_hand "$1"
	tree "$remote" >"$WORLD/tree.installed"
	packages_again "$1" 'a second installation' apt-get -q -y --reinstall install ./sallyport-{agent,common}_*.deb
	same_tree "$remote" "$WORLD/tree.installed" "Debian $1: which changes nothing"
	packages_upgraded "$1"
	packages_removed "$1"
}

readonly KEEP='apt-get -q -y -o Dpkg::Options::=--force-confold'
readonly INSTALL="$KEEP install ./sallyport-agent_newer.deb ./sallyport-common_newer.deb"
readonly AGAIN="$KEEP --reinstall install ./sallyport-agent_newer.deb ./sallyport-common_newer.deb"
readonly PURGE="apt-get -q -y purge 'sallyport-*'"
readonly DROPINS=/etc/systemd/system/sallyport-hand-in.socket.d

# done_with EXPECTED NAME MACHINE LINE: its exit status; what it said is in $said.
done_with()
{
	local status=0
	said=$(typed "$3" "$4") || status=$?
	same "$1" "$status" "$2"
	[ "$1" = "$status" ] || note "$said"
}

# sound NAME MACHINE: sshd starts anew, by what lies on the disk.
sound()
{
	check "$1: sshd starts anew" machine_on "$2" sh -c 'sshd -t && systemctl restart ssh && systemctl is-active ssh'
}

odd_account()
{
	local name="Debian $1, an account of somebody's" remote=remote$1
	machine_on "$remote" sh -c 'useradd --create-home --shell /bin/bash sallyport && mkdir ~sallyport/.ssh && echo key >~sallyport/.ssh/authorized_keys'
	tree "$remote" >"$WORLD/tree.odd"
	done_with 100 "$name: it is not installed" "$remote" "$INSTALL"
	matches 'there is an account sallyport, and its shell is /bin/bash: it is somebody' "$said" "$name: and says why"
	check_not "$name: nothing of the agent is there" machine_on "$remote" test -e "$AGENT" -o -e "$FRAGMENT"
	typed "$remote" "$PURGE" >/dev/null
	same_tree "$remote" "$WORLD/tree.odd" "$name: and all is as it was"
	machine_on "$remote" userdel --remove sallyport 2>/dev/null
}

odd_file_system()
{
	local name="Debian $1, no capabilities there" remote=remote$1 where=${AGENT%/*}
	machine_on "$remote" sh -c "mkdir $where && mount -t ramfs none $where"
	done_with 100 "$name: it is not configured" "$remote" "$INSTALL"
	matches 'cannot give the agent its file capabilities' "$said" "$name: and says why"
	matches 'Tun persistent, ppptun\(8\)' "$said" "$name: and what to do"
	sound "$name" "$remote"
	machine_on "$remote" sed -i 's/^Tun .*/Tun persistent/' /etc/sallyport/agent.conf
	done_with 0 "$name: which can be done" "$remote" 'dpkg --configure sallyport-agent'
	done_with 0 "$name: purge" "$remote" "$PURGE"
	machine_on "$remote" sh -c "umount $where && rmdir $where"
	same_tree "$remote" "$WORLD/tree.$remote" "$name: leaves all as it was"
}

odd_full()
{
	local name="Debian $1, a full disk" remote=remote$1 where=${AGENT%/*}
	machine_on "$remote" sh -c "mkdir $where && mount -t tmpfs -o size=200k none $where"
	done_with 100 "$name: it is not installed" "$remote" "$INSTALL"
	matches 'No space left on device' "$said" "$name: and dpkg says why"
	sound "$name" "$remote"
	machine_on "$remote" umount "$where"
	typed "$remote" "$PURGE" >/dev/null
	machine_on "$remote" sh -c "rmdir $where 2>/dev/null"
	same_tree "$remote" "$WORLD/tree.$remote" "$name: and all is as it was"
}

odd_policy()
{
	local name="Debian $1, a broken policy there" remote=remote$1
	machine_file "$remote" /etc/sallyport/agent.conf <<<'Account sallyport'
	machine_file "$remote" /etc/sallyport/peers/eve.conf <<<'Key nonsense'
	done_with 0 "$name: it is installed" "$remote" "$INSTALL"
	matches 'the policy in /etc/sallyport has errors' "$said" "$name: and tells of it"
	same 'Account sallyport' "$(machine_on "$remote" cat /etc/sallyport/agent.conf)" "$name: which stays as it is"
	sound "$name" "$remote"
	done_with 0 "$name: purge" "$remote" "$PURGE"
	same_tree "$remote" "$WORLD/tree.$remote" "$name: leaves nothing of it"
}

odd_sshd()
{
	local name="Debian $1, sshd" remote=remote$1
	done_with 0 "$name: installed" "$remote" "$INSTALL"
	machine_on "$remote" sed -i 's/ExposeAuthInfo yes/ExposeAuthInfo nonsense/' "$FRAGMENT"
	done_with 100 "$name: a fragment that it refuses: not configured" "$remote" "$AGAIN"
	matches "sshd refuses $FRAGMENT" "$said" "$name: and says so"
	check "$name: it is put aside" machine_on "$remote" grep -q nonsense "$FRAGMENT.refused"
	sound "$name, its fragment aside" "$remote"
	machine_on "$remote" sh -c "sed 's/nonsense/yes/' $FRAGMENT.refused >$FRAGMENT && rm $FRAGMENT.refused"
	done_with 0 "$name: mended" "$remote" 'dpkg --configure sallyport-agent'
	# On Debian 12 it may still be about to read its files.
	machine_sshd "$remote"
	machine_file "$remote" /etc/ssh/sshd_config.d/00-broken.conf <<<'Nonsense yes'
	done_with 0 "$name: refuses another file: installed" "$remote" "$AGAIN"
	matches 'sshd refuses its configuration, for another reason' "$said" "$name: and says so, too"
	check "$name: the one that runs was left alone" machine_on "$remote" systemctl is-active ssh
	check "$name: and the fragment is there" machine_on "$remote" test -e "$FRAGMENT"
	machine_on "$remote" rm /etc/ssh/sshd_config.d/00-broken.conf
	done_with 0 "$name: purge" "$remote" "$PURGE"
	same_tree "$remote" "$WORLD/tree.$remote" "$name: leaves nothing"
}

# After an installation from a checkout, whose account has another name.
odd_slave()
{
	local name="Debian $1, after make install" remote=remote$1
	machine_install "$remote" remote
	tree "$remote" | grep -E ' /etc/(sallyport|ssh)/' >"$WORLD/tree.odd"
	done_with 0 "$name: it is installed" "$remote" "$INSTALL"
	same '' "$(tree "$remote" | grep -E ' /etc/(sallyport|ssh)/' | grep -v dpkg-dist | diff "$WORLD/tree.odd" -)" "$name: the configuration stays"
	same '750 root slave' "$(machine_on "$remote" stat -c '%a %U %G' "$AGENT")" "$name: the agent is that account's"
	machine_on "$remote" sh -c 'rm -r /run/sallyport && systemd-tmpfiles --create'
	same '660 root slave' "$(machine_on "$remote" stat -c '%a %U %G' /run/sallyport/sessions)" "$name: and so are the locks, after a reboot"
	check_not "$name: there is no other" machine_on "$remote" getent passwd sallyport
	machine_on "$remote" sh -c "echo '# Mine.' >$DROPINS/mine.conf"
	done_with 0 "$name: purge" "$remote" "$PURGE"
	same mine.conf "$(machine_on "$remote" ls -A "$DROPINS")" "$name: leaves what the administrator has put beside the socket's group"
	machine_on "$remote" rm -r "$DROPINS"
	check "$name: leaves the account, which it has not made" machine_on "$remote" getent passwd slave
	machine_on "$remote" sh -c 'make -s -C /src uninstall; userdel slave' >/dev/null 2>&1
	same_tree "$remote" "$WORLD/tree.$remote" "$name: and nothing of its own"
}

# What autopkgtest runs.
odd_smoke()
{
	local name="Debian $1, debian/tests/smoke" remote=remote$1
	done_with 0 "$name: both halves on one host" "$remote" "$INSTALL ./sallyport-connect_newer.deb"
	# shellcheck disable=SC2016 # expanded by that shell
	done_with 0 "$name: passes" "$remote" 'AUTOPKGTEST_TMP=$(mktemp -d) /src/packaging/debian/tests/smoke'
	same_tree_after_purge "$name" "$remote"
}

same_tree_after_purge()
{
	done_with 0 "$1: purge" "$2" "$PURGE"
	same_tree "$2" "$WORLD/tree.$2" "$1: leaves nothing"
}

# At the end, as there is none to put back.
odd_without_sshd()
{
	local name="Debian $1, without sshd" remote=remote$1 local=local$1
	machine_on "$remote" apt-get -q -y purge openssh-server >/dev/null 2>&1
	machine_on "$local" apt-get -q -y purge openssh-server >/dev/null 2>&1
	tree "$remote" >"$WORLD/tree.odd"
	done_with 100 "$name: the agent is not installed" "$remote" "$(readme 'On the remote' 1)"
	matches 'Depends: openssh-server' "$said" "$name: and apt says why"
	same_tree "$remote" "$WORLD/tree.odd" "$name: nothing was changed"
	done_with 0 "$name: the launcher is" "$local" "$(readme 'On the local machine' 1)"
	check_not "$name: and brings none" machine_on "$local" test -e /usr/sbin/sshd
}

packages_odd()
{
	odd_account "$1"
	odd_file_system "$1"
	odd_full "$1"
	odd_policy "$1"
	odd_sshd "$1"
	odd_slave "$1"
	odd_smoke "$1"
	odd_without_sshd "$1"
}
