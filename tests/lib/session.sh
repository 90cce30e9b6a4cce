# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# The session that README.md shows: two hosts with the examples' policy, and what the real programs
# print. `make readme-update` puts it into README.md; tests/system/readme.sh holds README.md to it.
#
#   session_hosts            makes "laptop" and "gate.example.org"
#   session_print            brings the VPN up, uses it, brings it down; prints all of it
#   session_normalise        from standard input: without what is different each time
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
SSH_CHOICE=debian

readonly SESSION_REMOTE=gate.example.org SESSION_KEY=/home/alice/.ssh/id_vpn

# session_example FILE: an example as it ships, but for the key; IPv4 alone, as not every kernel has IPv6.
session_example()
{
	sed -e "s|^Key .*|Key $(on laptop cat "$SESSION_KEY.pub")|" -e '/^Address6/d' "$SRC/policy/examples/$1"
}

session_hosts()
{
	host_create "$SESSION_REMOTE" laptop
	host_wire "$SESSION_REMOTE" 198.51.100.1/24 laptop 198.51.100.7/24
	vpn_remote "$SESSION_REMOTE"
	vpn_local laptop
	host_account laptop alice
	host_key laptop alice >/dev/null
	on laptop mv /home/alice/.ssh/id_ed25519 "$SESSION_KEY"
	on laptop mv /home/alice/.ssh/id_ed25519.pub "$SESSION_KEY.pub"
	host_trust laptop "$SESSION_REMOTE"
	session_example peers/alice.conf | vpn_peer "$SESSION_REMOTE" alice
	# Nobody logs in within seconds of the installation, which would have to wait.
	vpn_settle "$(host_root "$SESSION_REMOTE")/etc/sallyport/agent.conf"
	vpn_authorize "$SESSION_REMOTE"
	session_example connect/office.conf | vpn_profile laptop office
}

# session_type COMMAND…: as a person sees it who types it.
session_type()
{
	echo "# $*"
	on laptop "$@" 2>&1 || give_up "$* exited with $?"
}

session_print()
{
	session_type vpn-connect up office
	session_type ping -c 1 10.9.0.2
	session_type vpn-connect status office
	session_type vpn-connect down office
}

session_normalise()
{
	sed -E -e 's/^( *)(.*[^0-9.])[0-9]+\.[0-9] s$/\1\2TIME/' \
		-e 's/ since [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/ since DATE/' \
		-e 's/ pid [0-9]+$/ pid PID/' -e 's/ [0-9]+ bytes$/ COUNT bytes/' \
		-e 's/^( *round trip  ).*/\1TIME/' \
		-e 's/ time[= ][0-9.]+ ?ms$/ TIME/' -e 's/^( *rtt .* = )[0-9.\/]+ ms$/\1TIME/'
}
