# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Machines: complete Debian systems that this project did not make, booted under their own systemd,
# for scripts that tests/machines/run runs. tests/machines/tree makes what they start from; each has
# a copy of its own (an overlay), a network of its own, and no way out.
#
#   machine_create NAME 12|13 ADDRESS…      a machine that is not booted yet. ADDRESS: of its eth0,
#                                           198.51.100.1/24. The checkout is /src in it, read-only
#   machine_couple 12|13                    the two of a release, remote12 and local12
#   machine_checkout NAME                   one of its own, without what was built: /root/sallyport
#   machine_boot NAME…                      boots them, all at once, until systemd says it is done
#   machine_reboot NAME…                    by systemctl reboot
#   machine_cut NAME                        takes its power away
#   machine_on [-u USER] NAME COMMAND…      runs a command there, as a login shell would
#   machine_root NAME                       prints where its files are, seen from the script
#   machine_file NAME PATH [MODE] <TEXT     writes a file, root's, booted or not, in the place of what is there
#   machine_log NAME [UNIT]                 prints its journal
#   machine_journal NAME OPTION…            as journalctl(1) with these options
#   machine_cursor NAME                     where its journal ends now, for --after-cursor=
#
# All of them are on one network, as behind one switch, and know each other by their names.
set -u
[ -n "${WORLD-}" ] || {
	echo "run this with tests/machines/run ${0##*/}" >&2
	exit 64
}
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"

MACHINES=()
declare -A MACHINE_RELEASE MACHINE_ADDRESSES MACHINE_NSPAWN MACHINE_PID

# Seconds for a boot or a shutdown: 3 where nothing else runs, 60 where a processor is emulated.
if [ -z "$LAB_GUEST" ]; then
	readonly MACHINE_DEADLINE=120
else
	readonly MACHINE_DEADLINE=400
fi
readonly MACHINE_DIRECTORY=$WORLD/machines

# The one network that all machines are in, and /sys/fs/cgroup as systemd expects it today.
machine_begin()
{
	mkdir -p "$MACHINE_DIRECTORY"
	# In the lab it is the only kind that is mounted, and the world's own part of it is wanted.
	umount /sys/fs/cgroup 2>/dev/null
	mount -t cgroup2 cgroup2 /sys/fs/cgroup || give_up 'control groups'
	ip netns add switch || give_up 'the network'
	ip -n switch link add bridge up type bridge || give_up 'the network'
	# As the machine's device would be: systemd-nspawn binds it.
	mknod -m 666 "$MACHINE_DIRECTORY/tun" c 10 200
	[ ! -e /dev/ppp ] || cp -a /dev/ppp "$MACHINE_DIRECTORY/ppp"
}

machine_root()
{
	echo "$MACHINE_DIRECTORY/$1/root"
}

machine_create()
{
	local name=$1 release=$2 dir=$MACHINE_DIRECTORY/$1 tree
	shift 2
	[ ${#MACHINES[@]} -gt 0 ] || machine_begin
	tree=${WORLD_ROOT-}$BUILD/machines/$release/tree
	mkdir -p "$dir/upper" "$dir/work" "$dir/root"
	mount -t overlay -o "lowerdir=$tree,upperdir=$dir/upper,workdir=$dir/work" overlay \
		"$dir/root" || give_up "a copy of Debian $release"
	machine_unshare "$name"
	MACHINES+=("$name")
	MACHINE_RELEASE[$name]=$release
	MACHINE_ADDRESSES[$name]=$*
	echo "$name" >"$dir/root/etc/hostname"
	machine_names
	machine_network "$name"
	# What systemd asks for once on a new machine.
	systemd-firstboot --root="$dir/root" --locale=C.UTF-8 --timezone=UTC --setup-machine-id \
		>/dev/null 2>&1 || give_up "the identity of $name"
	machine_host_keys "$name" || give_up "the host keys of $name"
}

# All that Debian's package makes; one where the processor is emulated, as RSA takes a minute there.
machine_host_keys()
{
	if [ -z "$LAB_GUEST" ]; then
		machine_on_tree "$1" ssh-keygen -A >/dev/null
	else
		machine_on_tree "$1" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key &&
			echo 'KexAlgorithms curve25519-sha256' >"$(machine_root "$1")/etc/ssh/ssh_config.d/lab.conf"
	fi
}

# machine_on_tree NAME COMMAND…: on a machine that is not booted.
machine_on_tree()
{
	chroot "$(machine_root "$1")" "${@:2}"
}

# machine_unshare NAME: the tree's files may be shared with another tree by hard links, of which audit
# tells: on a machine of its own each has one name.
machine_unshare()
{
	local file
	for file in "$(machine_root "$1")"/etc/{ppp/options,pam.d/*}; do
		[ -L "$file" ] || { cp -p "$file" "$file.own" && mv "$file.own" "$file"; } || give_up "the files of $1"
	done
}

# Every machine in every machine's /etc/hosts, which is the network's only name server.
machine_names()
{
	local name other address
	for name in "${MACHINES[@]}"; do
		{
			printf '127.0.0.1 localhost\n::1 localhost\n127.0.1.1 %s\n' "$name"
			for other in "${MACHINES[@]}"; do
				for address in ${MACHINE_ADDRESSES[$other]}; do
					[ "$other" = "$name" ] || echo "${address%/*} $other"
				done
			done
		} >"$(machine_root "$name")/etc/hosts"
	done
}

# The machine's own systemd-networkd gives eth0 its addresses.
machine_network()
{
	local address root
	root=$(machine_root "$1")
	{
		printf '[Match]\nName=eth0\n[Network]\nLinkLocalAddressing=ipv6\nIPv6AcceptRA=no\n'
		for address in ${MACHINE_ADDRESSES[$1]}; do
			echo "Address=$address"
		done
	} >"$root/etc/systemd/network/eth0.network"
	machine_on_tree "$1" systemctl -q enable systemd-networkd 2>/dev/null || give_up "the network of $1"
}

# What is in the checkout, and nothing of what was built from it.
machine_checkout()
{
	local root
	root=$(machine_root "$1")
	mkdir "$root/root/sallyport"
	git -c safe.directory="$SRC" -C "$SRC" ls-files -z --cached --others --exclude-standard |
		tar -C "$SRC" --null --files-from=- --create | tar -x --no-same-owner -C "$root/root/sallyport" ||
		give_up "the checkout on $1"
}

machine_couple()
{
	machine_create "remote$1" "$1" "198.51.100.$1/24"
	machine_create "local$1" "$1" "198.51.100.1$1/24"
}

machine_boot()
{
	local name
	for name; do
		machine_start "$name"
	done
	for name; do
		wait_for "$MACHINE_DEADLINE" "the first process of $name" machine_find "$name" ||
			give_up "$name does not boot: $(tail -n 3 "$MACHINE_DIRECTORY/$name/console")"
		wait_for "$MACHINE_DEADLINE" "systemd of $name" machine_is_ready "$name" ||
			give_up "$name does not finish to boot"
	done
}

# degraded: a unit failed that a container cannot run.
machine_is_ready()
{
	case $(machine_on "$1" systemctl is-system-running 2>/dev/null) in
	running | degraded) ;;
	*) return 1 ;;
	esac
}

# A network card has the same address after every boot. Locally administered, IEEE 802.
machine_mac()
{
	local number=0
	while [ "${MACHINES[number]}" != "$1" ]; do
		number=$((number + 1))
	done
	printf '02:00:00:00:00:%02x\n' $((number + 1))
}

# machine_start NAME: a new network, as after every boot, and systemd-nspawn in a group of its own.
machine_start()
{
	local name=$1 dir=$MACHINE_DIRECTORY/$1 group=/sys/fs/cgroup/$1 binds=()
	ip netns add "$name" || give_up "the network of $name"
	ip link add "${name:0:15}" netns switch type veth \
		peer name eth0 address "$(machine_mac "$name")" netns "$name" || give_up "the wire of $name"
	ip -n switch link set "${name:0:15}" master bridge up || give_up "the wire of $name"
	mkdir -p "$group"
	binds=(--bind="$MACHINE_DIRECTORY/tun:/dev/net/tun"
		--bind-ro="${WORLD_ROOT-}$BUILD/machines/${MACHINE_RELEASE[$name]}/packages:/packages"
		--bind-ro="${WORLD_ROOT-}$SRC:/src" --bind-ro="${WORLD_ROOT-}$BUILD:/src/build")
	[ ! -e "$MACHINE_DIRECTORY/ppp" ] || binds+=(--bind="$MACHINE_DIRECTORY/ppp:/dev/ppp")
	# shellcheck disable=SC2016 # expanded by that shell
	SYSTEMD_NSPAWN_API_VFS_WRITABLE=network sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" \
		systemd-nspawn --quiet --directory="$dir/root" --machine="$name" --register=no \
		--keep-unit --network-namespace-path="/run/netns/$name" --capability=all \
		--system-call-filter=@known --resolv-conf=off --timezone=off --link-journal=no \
		"${binds[@]}" "${MACHINE_OPTIONS[@]}" --console=read-only --boot \
		</dev/null >"$dir/console" 2>&1 18>&- 19>&- &
	MACHINE_NSPAWN[$name]=$!
}
# More for systemd-nspawn, of scripts that need it.
MACHINE_OPTIONS=()

# machine_find NAME: its first process, a child of systemd-nspawn that is number 1 in its own eyes.
machine_find()
{
	local status pid
	for status in /proc/[0-9]*/status; do
		pid=${status#/proc/} pid=${pid%/status}
		if grep -qx "PPid:	${MACHINE_NSPAWN[$1]}" "$status" 2>/dev/null &&
			grep -Eq '^NSpid:.*	1$' "$status"; then
			MACHINE_PID[$1]=$pid
			return 0
		fi
	done
	return 1
}

machine_ended()
{
	[ ! -e "/proc/${MACHINE_NSPAWN[$1]}" ] || grep -q '^State:	Z' "/proc/${MACHINE_NSPAWN[$1]}/status"
}

machine_wire_is_gone()
{
	! ip -n switch link show "${1:0:15}"
}

# machine_forget NAME: after its end, what it had of the network is gone too.
machine_forget()
{
	wait_for "$MACHINE_DEADLINE" "the end of $1" machine_ended "$1" || give_up "$1 does not end"
	wait "${MACHINE_NSPAWN[$1]}"
	ip netns del "$1"
	# The kernel takes both ends of the wire away when it comes to it.
	wait_for "$MACHINE_DEADLINE" "the end of the wire of $1" machine_wire_is_gone "$1"
	unset "MACHINE_PID[$1]" "MACHINE_NSPAWN[$1]"
}

machine_reboot()
{
	local name
	for name; do
		machine_on "$name" systemctl --no-block reboot || give_up "$name does not reboot"
	done
	for name; do
		machine_forget "$name"
	done
	machine_boot "$@"
}

machine_cut()
{
	kill -KILL "${MACHINE_PID[$1]}"
	machine_forget "$1"
}

machine_on()
{
	local user=root home=/root name
	if [ "$1" = -u ]; then
		user=$2 home=/home/$2
		shift 2
	fi
	name=$1
	shift
	local enter=(nsenter -t "${MACHINE_PID[$name]}" -m -u -i -n -p -C -r -w
		env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$home"
		LANG=C.UTF-8 TERM=dumb USER="$user" LOGNAME="$user" DEBIAN_FRONTEND=noninteractive)
	[ "$user" = root ] || enter+=(runuser -u "$user" --)
	"${enter[@]}" "$@" </dev/null 18>&- 19>&-
}

machine_file()
{
	write_file "$(machine_root "$1")$2" "${3-644}"
}

# machine_journal NAME OPTION…: all that was written up to now, for journald writes behind the programs.
# A machine whose journald was stopped has nothing to write.
machine_journal()
{
	local name=$1
	shift
	machine_on "$name" timeout 20 journalctl --sync 2>/dev/null
	machine_on "$name" journalctl --no-pager --quiet "$@"
}

# machine_cursor NAME: where its journal ends now, for --after-cursor=, which is the way to the words of
# a program that fails at once: which unit and invocation a line is of, journald looks up only when it
# reads the line, and by then there may be neither. With it no other option may choose lines: Debian 12's
# journalctl leaves out the first one chosen.
machine_cursor()
{
	machine_journal "$1" --lines=1 --show-cursor | sed -n 's/^-- cursor: //p'
}

machine_log()
{
	machine_journal "$1" --output=short-precise ${2:+--unit="$2"}
}

# What a reader of a failed check wants to see: called by check_verdict.
check_context()
{
	local name
	for name in "${MACHINES[@]}"; do
		note "machine $name (Debian ${MACHINE_RELEASE[$name]}): the end of its journal"
		[ -z "${MACHINE_PID[$name]-}" ] || note "$(machine_log "$name" | tail -n 40)"
	done
}

# machine_install NAME remote|local: from this machine's build, to spare a script the building that
# newcomer.sh has shown.
machine_install()
{
	local name=$1
	if [ "$2" = remote ] && ! machine_on "$name" getent passwd slave >/dev/null; then
		machine_on "$name" useradd --system --user-group --no-create-home --home-dir / \
			--shell /usr/libexec/sallyport/vpn-agent --password '*' slave 2>/dev/null || give_up "the account on $name"
	fi
	machine_on "$name" make -s -C /src "install-$2" >/dev/null || give_up "make install-$2 on $name"
}

# machine_sshd NAME: its sshd reads its files again, and is there when this returns. Debian 12's
# `systemctl reload ssh` comes back while sshd, which executes itself anew, does not listen yet.
machine_sshd()
{
	machine_on "$1" systemctl restart ssh
}

# machine_pair REMOTE LOCAL [SED-EXPRESSION…]: both installed, with the examples as they ship but for
# the name of the remote and alice's key; sed changes the profile. Nothing is up yet.
machine_pair()
{
	local remote=$1 local=$2 key
	shift 2
	machine_install "$remote" remote
	machine_install "$local" local
	machine_on "$local" useradd --create-home --shell /bin/bash alice || give_up "alice on $local"
	machine_on -u alice "$local" ssh-keygen -q -t ed25519 -N '' -f /home/alice/.ssh/id_vpn ||
		give_up "alice's key on $local"
	key=$(cut -d' ' -f1,2 "$(machine_root "$local")/home/alice/.ssh/id_vpn.pub")
	sed "/^Key/s|.*|Key $key|" "$SRC/policy/examples/peers/alice.conf" |
		machine_file "$remote" /etc/sallyport/peers/alice.conf
	machine_authorize "$remote"
	machine_sshd "$remote" || give_up "sshd on $remote"
	sed -e "s|^Host .*|Host $remote|" "${@/#/-e}" "$SRC/policy/examples/connect/office.conf" |
		machine_file "$local" /etc/sallyport/connect/office.conf 640
	echo "$remote $(cut -d' ' -f1,2 "$(machine_root "$remote")/etc/ssh/ssh_host_ed25519_key.pub")" |
		machine_file "$local" /etc/ssh/ssh_known_hosts
}

machine_authorize()
{
	machine_on "$1" vpn-policy authorized-keys --write /etc/sallyport/authorized_keys ||
		give_up "authorized_keys on $1"
}
