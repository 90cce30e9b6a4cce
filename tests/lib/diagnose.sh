# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# A launcher, a remote and a host behind it, for scripts that plant a fault and read what
# `vpn-connect diagnose` makes of it. PPP is ppptun's on both sides.
#
#   peer <LINES              the policy of alice on remote, with her key
#   office [LINE…]           the profile; what is given comes instead of the default
#   diagnose [OPTION…]       into $SAID, its exit status into $CODE; each finding is one line
#   fault EXIT STEP PATTERN NAME [OPTION…]
#                            diagnose fails first at that step, with these words, exits so, and leaves
#                            nothing; a row of the table
#   fine NAME                it finds nothing wrong
#   the_table                prints the rows
# shellcheck source=tests/lib/topology.sh
. "$SRC/tests/lib/topology.sh"

host_create inner remote local
host_wire inner 10.2.0.5/16 remote 10.2.0.1/16
host_wire remote 198.51.100.1/24 local 198.51.100.7/24
on inner ip route add 10.9.0.0/24 via 10.2.0.1
on remote sysctl -q net.ipv4.ip_forward=1
vpn_remote remote
vpn_local local
on remote rm -f /dev/ppp
on local rm -f /dev/ppp
host_account local alice
host_account remote fake /bin/sh
host_trust local remote
KEY=$(host_key local alice | cut -d' ' -f1,2)

peer()
{
	{
		echo "Key $KEY"
		cat
	} | vpn_peer remote alice
	vpn_authorize remote
}

good_peer()
{
	peer <<-END
		Allow    pppd sshroute
		Address  10.9.0.2 10.9.0.1
		Offer    10.2.0.0/16
	END
}

office()
{
	local line default
	{
		for line; do
			[ -z "${line#-*}" ] || echo "$line"
		done
		for default in 'Host remote' 'RunAs alice' 'Accept address 10.2.0.0/16' 'Timeout 20'; do
			case " $* " in
			*" ${default%% *} "* | *" -${default%% *} "*) ;;
			*) echo "$default" ;;
			esac
		done
	} | vpn_profile local office
}

# Each finding with its meaning and its cure is one line: those that are indented belong to the line
# before.
diagnose()
{
	CODE=0
	on local vpn-connect diagnose "$@" office >"$WORLD/said" 2>&1 || CODE=$?
	SAID=$(awk '/^ / { sub(/^ +/, ""); line = line " | " $0; next } NR > 1 { print line } { line = $0 }
		END { print line }' "$WORLD/said")
}

# What a diagnosis could leave: all that a link is made of, and its processes.
state_of_local()
{
	on local ps -eo user,args | grep -v -e 'ps -eo' -e '^USER' -e '^[^ ]* *\[' | sort
	on local ip -brief link | cut -d' ' -f1
	on local ip -brief address
	on local ip route show table all | grep -v 'proto kernel' | sort
	on local find /run/sallyport /tmp -mindepth 1 | sort
}

nothing_left()
{
	state_of_local >"$WORLD/after"
	diff "$WORLD/before" "$WORLD/after"
}

TABLE=()
# The first line that has failed, without its columns of blanks and its time.
first_failure()
{
	grep -m 1 '^failed' <<<"$SAID" | sed -E 's/^failed +//; s/ {2,}[0-9.]+ ms//; s/ +\| /: /; s/ \| /; /g; s/  +/: /'
}

fault()
{
	local expected=$1 step=$2 pattern=$3 name=$4 first
	wait_for "$HOST_DEADLINE" 'the links of local' host_settled local >/dev/null
	state_of_local >"$WORLD/before"
	diagnose "${@:5}"
	first=$(grep -m 1 '^failed' <<<"$SAID")
	matches "^failed +$step " "$first" "$name: the step"
	matches "$pattern" "$first" "$name: the words"
	same "$expected" "$CODE" "$name: exit status"
	lacks '[^ -~]' "$SAID" "$name: printable"
	check "$name: nothing is left" wait_for "$HOST_DEADLINE" 'nothing left' nothing_left
	TABLE+=("$name | $(first_failure)")
	[[ $first =~ ^failed\ +$step\ .*$ ]] || note "$SAID"
}

fine()
{
	state_of_local >"$WORLD/before"
	diagnose "${@:2}"
	same 0 "$CODE" "$1: exit status"
	lacks '^(failed|note)' "$SAID" "$1: nothing is wrong"
	same '' "$(grep '^ok' <<<"$SAID" | sed -E 's/ +[0-9.]+ ms$//' | sort | uniq -d)" "$1: nothing is said twice"
	check "$1: nothing is left" wait_for "$HOST_DEADLINE" 'nothing left' nothing_left
}

the_table()
{
	note 'fault | what diagnose said'
	printf '# %s\n' "${TABLE[@]}"
}

# answers COMMAND: the account fake has that as its forced command, and the profile its account.
answers()
{
	on remote mkdir -p /home/fake/.ssh
	printf '%s\n' "$1" | host_file remote /home/fake/answer 755
	host_authorize remote fake "command=\"sh /home/fake/answer\",restrict $KEY"
	office 'Account fake' 'RemoteRoutes no' 'Timeout 3' "${@:2}"
}

good_peer
office
