# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# Many logins at the same time, for scripts of the ledger (tests/lib/ledger.sh, vpn_one_peer): agents
# that are started as sshd does, without sshd, which itself would turn some away.
#
#   at_once_prepare            once: sshd's record of alice's key
#   at_once NUMBER HOLDERS     prints how many of them held a session when all others had ended
#   verdicts                   of the records since LEDGER_BEFORE: "1 allow 0,199 deny 75"

at_once_prepare()
{
	echo "publickey $(host_key local alice | cut -d' ' -f1,2)" >"$(host_root remote)/tmp/sshauth.test"
	on remote chown slave: /tmp/sshauth.test
	on remote chmod 600 /tmp/sshauth.test
}

verdicts()
{
	ledger_log | tail -n "+$((LEDGER_BEFORE + 1))" | grep ': verdict=' |
		"$BUILD/tests/record/record" verdict code | sort | uniq -c | awk '{print $1, $2, $3}' |
		paste -sd,
}

# at_once NUMBER HOLDERS: so many agents of alice's at the same time, from two addresses; waits until
# all but those that hold a session have ended, counts these, and lets them go.
at_once()
{
	local holders=$2
	# shellcheck disable=SC2016 # expanded in the host
	on remote bash -c 'mkfifo /tmp/hold /tmp/go; exec 7<>/tmp/hold 8<>/tmp/go
		for ((i = 0; i < $1; i++)); do
			(read -r _ <&8; exec env -i SSH_CONNECTION="198.51.100.$((7 + i % 2)) $((1000 + i)) 198.51.100.1 22" \
				SSH_ORIGINAL_COMMAND=pppd SSH_USER_AUTH=/tmp/sshauth.test \
				/src/build/tests/system/caller "$2" "$3" -- "$4" alice <&7 >/dev/null 2>&1) &
		done
		yes go | head -n "$1" >&8
		until [ "$(jobs -r | wc -l)" -le "$5" ]; do wait -n; done
		jobs -r | wc -l
		for _ in $(jobs -rp); do wait -n -f -p pid 2>/dev/null & done
		exec 7>&-; rm /tmp/hold /tmp/go
		kill $(jobs -rp); wait' bash "$1" "$(on remote id -u slave)" "$(on remote id -g slave)" \
		/usr/libexec/sallyport/vpn-agent "$holders"
}
