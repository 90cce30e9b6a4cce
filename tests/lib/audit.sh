# shellcheck shell=bash disable=SC2119,SC2120 # arguments come from who sources this
# SPDX-License-Identifier: ISC
#
# Damage to the host "remote", or $AUDIT_HOST, that vpn-policy audit has to find, each undone again.
#
#   audit_host                     makes the host, with one peer, as the README has it
#   audit_waive                    what such a host has a warning for, with pppd
#   on_kernel WHAT                 prints a command that makes it one for the next audits
#   audit ARGUMENT…                runs it in the host, after the host's /root/environment
#   findings ARGUMENT…             what it finds, without the table
#   found                          the rules of these, notes among them, one a line, each once
#   audit_begin                    the host is as it should be: no warning and no error
#   told RULE NAME                 a note that there is then
#   damage RULE NAME COMMAND UNDO [RULE…]
#
# COMMAND and UNDO are run by sh in the host; RULE is what is found then and was not before, with
# the further ones that follow from it.

# The kernel, but for the device, is played by a file and by older_kernel.c, so that it is the same
# wherever this runs; opening the device is all that is done to it.
on_kernel()
{
	echo "echo export OLDER_KERNEL=$1 LD_PRELOAD=/src/build/tests/system/older_kernel.so >/root/environment"
}

audit_host()
{
	vpn_one_peer
	on remote sh -c 'rm -f /dev/ppp; mknod -m 600 /dev/ppp c 1 3; echo 0 >/root/namespaces
		mount --bind /root/namespaces /proc/sys/user/max_user_namespaces'
	on remote sh -c "$(on_kernel landlock=7)"
	# As the README has it.
	on remote sh -c 'echo 1 >/proc/sys/net/ipv4/conf/default/rp_filter'
	audit_waive
}

# Where pppd may be launched, and what holds peers to what they are offered is not for audit to see.
audit_waive()
{
	vpn_add "$(host_root remote)/etc/sallyport/agent.conf" '# waive kernel-reach: nftables.conf has the networks'
}

audit()
{
	on "${AUDIT_HOST-remote}" sh -c '[ ! -e /root/environment ] || . /root/environment
		exec vpn-policy audit "$@"' sh "$@"
}

findings()
{
	{ audit "$@" >/dev/null; } 2>&1
}

# The rules of the findings on its input.
rules_of()
{
	sed -n 's/^.* \[\([a-z-]*\)\]$/\1/p' | sort -u
}

found()
{
	findings | rules_of
}

audit_begin()
{
	AUDIT_CLEAN=$(found)
	lacks ': (warning|error): |^(warning|error): ' "$(findings)" \
		'after the installation there is no warning and no error'
	check_exit 0 'and the exit status says so' audit --strict
}

told()
{
	matches "^$1\$" "$AUDIT_CLEAN" "$1: $2"
}

damage()
{
	local rule=$1 name=$2 undo=$4 actual expected findings
	on "${AUDIT_HOST-remote}" sh -c "$3" || fail "$rule: $name: the damage"
	findings=$(findings)
	actual=$(comm -13 <(printf '%s\n' "$AUDIT_CLEAN") <(rules_of <<<"$findings"))
	on "${AUDIT_HOST-remote}" sh -c "$undo" || fail "$rule: $name: the undoing"
	shift 4
	expected=$(printf '%s\n' "$rule" "$@" | sort)
	same "$expected" "$actual" "$rule: $name"
	[ "$expected" = "$actual" ] || note "all findings: $findings"
	same "$AUDIT_CLEAN" "$(found)" "$rule: $name: nothing is left of it"
}
