# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Launching tests/probe/ through the agent. To be sourced after tests/lib/ledger.sh.
#
#   probe_hosts             "remote", "local" with alice, and a session of bob's, whose process
#                           the probe must not get at
#   probe_expect HOOKS      tells the probe what to expect of this kernel
#   probe_conf LINE         agent.conf
#   probe_as NAME           launches it in PROBE_PLACE by PROBE_REQUEST; a check for each failure,
#                           and PROBED is what it printed
#   probe_entry KIND NAME   launches tests/probe/entry_KIND there, which must not come back
PROBE_REQUEST=pppd PROBE_PLACE=/usr/sbin/pppd PROBED='' PROBE_OTHER=0

probe_hosts()
{
	vpn_one_peer
	vpn_standin remote
	host_account local bob
	vpn_peer remote bob <<-END
		Key      $(host_key local bob | cut -d' ' -f1,2)
		Allow    pppd status
		Address  10.9.1.2 10.9.1.1
	END
	vpn_authorize remote
	mkfifo "$WORLD/bob"
	on -u bob local ssh -T -o BatchMode=yes slave@remote pppd >"$WORLD/bob.out" 2>&1 <"$WORLD/bob" &
	exec 6>"$WORLD/bob"
	wait_for 20 "bob's session" grep -q '^launched' "$WORLD/bob.out" || give_up "bob's session"
	PROBE_OTHER=$(vpn_launched remote)
}

# The kernel's Landlock ABI as the agent tells it of bob's session.
probe_expect()
{
	local abi
	abi=$(vpn_log remote | sed -n 's/.* landlock=\([0-9]*\) .*/\1/p' | tail -n 1)
	host_file remote /usr/lib/sallyport-probe 644 <<<"landlock=${abi:-0} hooks=$1 other=$PROBE_OTHER"
}

probe_conf()
{
	printf '%s\n' "${PROBE_CONF-}" "$1" | host_file remote /etc/sallyport/agent.conf
}

probe_as()
{
	local name=$1
	on remote install -m 0755 /src/build/tests/probe/probe "$PROBE_PLACE"
	PROBED=$(vpn_ask "$PROBE_REQUEST" 2>&1 </dev/null)
	same '' "$(grep '^FAIL' <<<"$PROBED")" "$name: all that must fail does"
	same 'fact end reached' "$(tail -n 1 <<<"$PROBED")" "$name: the probe got to its end"
	check "$name: it tried what it should" test "$(grep -c '^ok ' <<<"$PROBED")" -gt 90
}

probe_entry()
{
	on remote install -m 0755 "/src/build/tests/probe/entry_$1" "$PROBE_PLACE"
	same before "$(vpn_ask "$PROBE_REQUEST" 2>/dev/null </dev/null)" \
		"$2: the entry $1 ends the process"
}
