#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's attacks by way of sshd: its environment, keys, certificates and channels. The
# settings of sshd are made as bad as an administrator can make them; each environment is tried
# with a launch, and nothing of it may be used.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
host_account local bob
root=$(host_root remote)
home=$(host_root local)/home/alice
vpn_peer remote bob <<-END
	Key      $(host_key local bob | cut -d' ' -f1,2)
	Allow    status pppd
	Address  10.9.1.2 10.9.1.1
END
vpn_authorize remote
keys=$(<"$root/etc/sallyport/authorized_keys")
alice_key=$(host_key local alice | cut -d' ' -f1,2)
bob_key=$(host_key local bob | cut -d' ' -f1,2)

# sshd_settings LINE…: in front of what is installed, and a new sshd.
sshd_settings()
{
	printf '%s\n' "$@" >"$root/etc/ssh/sshd_config.d/00-test.conf"
	host_stop remote /run/sshd.pid
	rm -f "$root/run/sshd.pid"
	host_sshd remote
}

install -m 755 "$BUILD/tests/system/preload.so" "$root/usr/lib/mark.so"
install -D -m 755 "$BUILD/tests/system/preload.so" "$root/tmp/gconv/mark.so"
echo 'module MARK// INTERNAL mark 1' >"$root/tmp/gconv/gconv-modules"
echo 'touch /tmp/loaded' >"$root/tmp/sh"
install -d -m 755 "$root/tmp/policy/peers"
printf 'Key %s\nAllow status pppd sshroute\nAddress 10.6.6.2 10.6.6.1\nEnd\n' "$alice_key" \
	>"$root/tmp/policy/peers/alice.conf"
sshd_settings 'AcceptEnv *' 'PermitUserEnvironment yes'
ledger_begin remote
rm -f "$root/tmp/loaded"

# The controls: these settings do hand the environment on, and the mark is left where it is used.
host_account remote carol
host_authorize remote carol "$alice_key"
# shellcheck disable=SC2016 # expanded there
on -u alice local ssh -T -o BatchMode=yes -o 'SetEnv="LD_PRELOAD=/usr/lib/mark.so" "CONTROL=seen"' \
	carol@remote 'echo $CONTROL' >"$WORLD/control" 2>&1
same seen "$(<"$WORLD/control")" 'a control: sshd hands the environment on'
check 'a control: the mark is left where it is used' test -e "$root/tmp/loaded"
rm -f "$root/tmp/loaded"
LEDGER_STATE=$(vpn_state remote)

# with_environment NAME=VALUE…: a login that sends them; what is launched waits for no input.
with_environment()
{
	on -u alice local ssh -T -o BatchMode=yes -o "SetEnv=$(printf '"%s" ' "$@")" slave@remote pppd
}

# launched_environment NAME=VALUE…: what is launched by a login that sends them has for one.
mkfifo "$WORLD/hold"
launched_environment()
{
	local client pid
	with_environment "$@" >"$WORLD/held" 2>&1 <"$WORLD/hold" &
	client=$!
	exec 5>"$WORLD/hold"
	wait_for 20 'the launch' grep -q '^launched' "$WORLD/held"
	pid=$(vpn_launched remote)
	on remote cat "/proc/$pid/environ" | tr '\0' '\n'
	exec 5>&-
	wait "$client"
}

# harmless ID NAME=VALUE…: one login for each, and one with all of them. Nothing that they point
# at is loaded or run, and what was launched is what policy says.
harmless()
{
	local id=$1 variable
	shift
	for variable; do
		attack_as "$id" "${variable:0:50}" 'pppd is in Allow' with_environment "$variable"
	done
	attack_as "$id" 'all of them' 'pppd is in Allow' with_environment "$@"
	same PATH=/usr/sbin:/usr/bin:/sbin:/bin "$(launched_environment "$@")" \
		"$id: what is launched has PATH alone"
	check "$id: nothing of it ran" test ! -e "$root/tmp/loaded"
	same alice "$(ledger_record peer)" "$id: the peer is the key's"
	same 198.51.100.7 "$(ledger_record from)" "$id: the address is the connection's"
}

harmless before-loader LD_PRELOAD=/usr/lib/mark.so LD_LIBRARY_PATH=/tmp LD_AUDIT=/usr/lib/mark.so \
	LD_DEBUG=all LD_ORIGIN_PATH=/tmp
harmless before-tunables GLIBC_TUNABLES=glibc.malloc.mxfast=glibc.malloc.mxfast=A MALLOC_CHECK_=3 \
	MALLOC_PERTURB_=255
harmless before-locale GCONV_PATH=/tmp/gconv CHARSET=MARK NLSPATH=/tmp/%n LOCPATH=/tmp LANGUAGE=../../tmp \
	LC_ALL=x TZ=/tmp/sh TZDIR=/tmp LANG=MARK
# shellcheck disable=SC2016 # meant as it is
harmless before-shell BASH_ENV=/tmp/sh ENV=/tmp/sh SHELLOPTS=xtrace 'PS4=$(touch /tmp/loaded)' \
	'BASH_FUNC_status%%=() { touch /tmp/loaded; }' 'x=() { :;}; touch /tmp/loaded' IFS=/ PROMPT_COMMAND=/tmp/sh
harmless before-path PATH=/tmp HOME=/tmp USER=root LOGNAME=root SHELL=/tmp/sh TMPDIR=/tmp/policy \
	SYSCONFDIR=/tmp/policy SALLYPORT_CONFIG=/tmp/policy SALLYPORT_PEER=bob
harmless before-connection 'SSH_CONNECTION=203.0.113.1 1 203.0.113.2 22' 'SSH_CLIENT=203.0.113.1 1 22'
harmless before-command SSH_ORIGINAL_COMMAND=status
install -m 600 /dev/null "$root/tmp/sshauth.evil"
echo "publickey $bob_key" >"$root/tmp/sshauth.evil"
on remote chown slave: /tmp/sshauth.evil
harmless before-key-file SSH_USER_AUTH=/tmp/sshauth.evil SSH_USER_AUTH=/etc/shadow SSH_USER_AUTH=
mapfile -t many < <(for i in {1..900}; do printf 'V%d=%0100d\n' "$i" 0; done)
attack before-many 'pppd is in Allow' with_environment "${many[@]}"

# --- ~/.ssh/environment, of an account whose home is its own, and environment= of its line
install -d "$root/home/slave/.ssh"
printf '%s\n' LD_PRELOAD=/usr/lib/mark.so BASH_ENV=/tmp/sh PATH=/tmp GCONV_PATH=/tmp/gconv \
	SSH_ORIGINAL_COMMAND=status SSH_USER_AUTH=/tmp/sshauth.evil >"$root/home/slave/.ssh/environment"
on remote chown -R slave: /home/slave
on remote usermod -d /home/slave slave
attack before-user-file 'pppd is in Allow' vpn_ask pppd
sed 's/restrict/restrict,environment="LD_PRELOAD=\/usr\/lib\/mark.so",environment="BASH_ENV=\/tmp\/sh",user-rc/' \
	<<<"$keys" >"$root/etc/sallyport/authorized_keys"
echo 'touch /tmp/loaded' >"$root/home/slave/.ssh/rc"
attack_as before-user-file 'environment= and rc' 'pppd is in Allow' vpn_ask pppd
check 'before-user-file: nothing of it ran' test ! -e "$root/tmp/loaded"
on remote usermod -d / slave
rm -r "$root/home/slave"

# --- bash as the account's shell: what it does before the agent it does as the account
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"
on remote usermod -s /bin/bash slave
attack before-bash 'pppd is in Allow' with_environment PATH=/tmp IFS=/ \
	SHELLOPTS=xtrace 'BASH_FUNC_vpn-agent%%=() { touch /tmp/loaded; }'
check 'before-bash: nothing of it ran' test ! -e "$root/tmp/loaded"
on remote usermod -s /usr/libexec/sallyport/vpn-agent slave

# --- channels
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"
sshd_settings 'AcceptEnv *'
# An administrator who gives the terminal that restrict takes.
echo "${keys//restrict/restrict,pty}" >"$root/etc/sallyport/authorized_keys"
attack before-terminal 'status is in Allow' on -u alice local \
	script -qec 'ssh -tt -o BatchMode=yes slave@remote status' /dev/null
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"
for option in '-W 127.0.0.1:22' '-N -L 8022:127.0.0.1:22' '-N -R 8022:127.0.0.1:22' '-N -w 9:9' \
	'-N -R /tmp/x.sock:/tmp/y.sock'; do
	# shellcheck disable=SC2086 # options are words
	attack_as before-forwarding "$option" . on -u alice local timeout 5 \
		ssh -T -o BatchMode=yes -o ExitOnForwardFailure=yes $option slave@remote
done
check_not 'before-forwarding: nothing listens' host_listens remote 8022
check_not 'before-forwarding: no tunnel device' on remote ip link show tun9

# with_agent: a login with an agent to forward, of a line that would let it.
with_agent()
{
	on -u alice local env -u TMPDIR ssh-agent ssh -A -T -o BatchMode=yes slave@remote pppd
}
# forwarded_agents: the sockets that sshd has made for one while such a login runs.
forwarded_agents()
{
	local client
	: >"$WORLD/held"
	with_agent >"$WORLD/held" 2>&1 <"$WORLD/hold" &
	client=$!
	exec 5>"$WORLD/hold"
	wait_for 20 'the launch' grep -q '^launched' "$WORLD/held"
	find "$root/tmp" -name 'agent.*' | wc -l
	exec 5>&-
	wait "$client"
}
echo "${keys//restrict/restrict,agent-forwarding}" >"$root/etc/sallyport/authorized_keys"
attack before-agent 'pppd is in Allow' with_agent
same 0 "$(forwarded_agents)" 'before-agent: sshd makes no socket'
sshd_settings 'Match User slave' ' AllowAgentForwarding yes' ' DisableForwarding no' 'Match all'
same 1 "$(forwarded_agents)" 'a control: it makes one where the settings let it'
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"
sshd_settings 'AcceptEnv *'

# --- keys and what is forced on them
# forced OPTIONS [KEY]: the only line there is.
forced()
{
	echo "$1 ${2-$alice_key}" >"$root/etc/sallyport/authorized_keys"
}
readonly AGENT=/usr/libexec/sallyport/vpn-agent
forced restrict
attack before-no-command 'no forced command' vpn_ask status
attack_as before-no-command 'a shell' 'no forced command' vpn_ask
forced restrict
for request in "$AGENT alice" "$AGENT bob"; do
	attack_as before-name-peer "$request" 'a shell was asked for' vpn_ask "$request"
done
for request in alice "-c '$AGENT alice'" "exec $AGENT alice" "$AGENT alice "; do
	attack_as before-name-badly "$request" 'no forced command' vpn_ask "$request"
done
# The login shell's argument as forced command, and the request in the environment.
attack before-name-other "not one of this peer's" on -u alice local \
	ssh -T -o BatchMode=yes -o SetEnv=SSH_ORIGINAL_COMMAND=status slave@remote "$AGENT bob"
forced "command=\"$AGENT bob\",restrict"
attack before-other-peer "not one of this peer's" vpn_ask status
for command in "$AGENT alice bob" "$AGENT" "$AGENT " "$AGENT  alice" "/bin/sh $AGENT alice" \
	"$AGENT 'alice'" "$AGENT \$SSH_ORIGINAL_COMMAND" "$AGENT alice;" vpn-agent; do
	forced "command=\"$command\",restrict"
	attack_as before-more-words "$command" 'no forced command' vpn_ask status
done
for name in .. ../agent a/b -x --help .alice alice.conf "$(printf 'a%.0s' {1..33})" 'al*'; do
	forced "command=\"$AGENT $name\",restrict"
	attack_as before-peer-name "$name" 'no forced command' vpn_ask status
done

cp "$(host_root local)/home/bob/.ssh/id_ed25519" "$home/.ssh/id_bob"
cp "$(host_root local)/home/bob/.ssh/id_ed25519.pub" "$home/.ssh/id_bob.pub"
on local chown alice: /home/alice/.ssh/id_bob /home/alice/.ssh/id_bob.pub
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"
sshd_settings 'Match User slave' ' AuthenticationMethods publickey,publickey' 'Match all'
two_keys=(on -u alice local ssh -T -o BatchMode=yes -i /home/alice/.ssh/id_ed25519
	-i /home/alice/.ssh/id_bob slave@remote status)
attack before-two-keys . "${two_keys[@]}"
printf 'command="%s alice",restrict %s\n' "$AGENT" "$alice_key" "$AGENT" "$bob_key" \
	>"$root/etc/sallyport/authorized_keys"
attack before-two-of-one 'more than one key' "${two_keys[@]}"
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"

on remote ssh-keygen -q -t ed25519 -N '' -f /root/ca
cp "$home/.ssh/id_bob.pub" "$root/root/id_bob.pub"
on remote ssh-keygen -q -s /root/ca -I mallory -n slave -O force-command="$AGENT alice" /root/id_bob.pub
cp "$root/root/id_bob-cert.pub" "$home/.ssh/id_bob-cert.pub"
cp "$root/root/ca.pub" "$root/etc/ssh/ca.pub"
sshd_settings 'TrustedUserCAKeys /etc/ssh/ca.pub'
attack before-authority 'status is in Allow' on -u alice local ssh -T -o BatchMode=yes \
	-o IdentitiesOnly=yes -i /home/alice/.ssh/id_bob slave@remote status
same bob "$(ledger_record peer)" 'before-authority: the key counts, not the certificate'
sshd_settings 'Match User slave' ' TrustedUserCAKeys /etc/ssh/ca.pub' ' AuthorizedKeysFile none' 'Match all'
attack before-certificate "Certificate no" on -u alice local ssh -T -o BatchMode=yes -o IdentitiesOnly=yes \
	-i /home/alice/.ssh/id_bob slave@remote status
rm -f "$home/.ssh/id_bob"*

sshd_settings 'ExposeAuthInfo no' 'Match User slave' ' ExposeAuthInfo no' 'Match all'
attack before-not-told 'did not tell which key' vpn_ask status

# --- what SECURITY.md warns of: three settings that let one peer name another, if they meet
# names_bob: the verdict on alice who wants to be bob, and whom the log takes her for.
names_bob()
{
	LEDGER_BEFORE=$(ledger_log | wc -l)
	on -u alice local ssh -T -o BatchMode=yes -o SetEnv=SSH_ORIGINAL_COMMAND=status \
		slave@remote "$AGENT bob" >/dev/null 2>&1
	wait_for "$HOST_DEADLINE" 'a record' ledger_has 1
	ledger_record verdict peer | tr '\t' ' '
}
# auth_info required|optional
auth_info()
{
	sed -i "s/^AuthInfo .*/AuthInfo $1/" "$root/etc/sallyport/agent.conf"
}
readonly UNTOLD=('ExposeAuthInfo no' 'Match User slave' ' ExposeAuthInfo no' 'Match all')
auth_info optional
sshd_settings 'AcceptEnv *' "${UNTOLD[@]}"
printf '%s\n' "$keys" >"$root/etc/sallyport/authorized_keys"
same 'deny alice' "$(names_bob)" 'AuthInfo optional and AcceptEnv: the forced command names the peer'
forced restrict
same 'allow bob' "$(names_bob)" 'and without one the client does'
sshd_settings "${UNTOLD[@]}"
same 'deny bob' "$(names_bob)" 'AuthInfo optional and no forced command: there is no request'
sshd_settings 'AcceptEnv *'
same 'deny bob' "$(names_bob)" 'where sshd tells the key it has to be that peer'"'"'s'
auth_info required
sshd_settings 'AcceptEnv *' "${UNTOLD[@]}"
same 'deny bob' "$(names_bob)" 'AcceptEnv and no forced command, AuthInfo required: nobody is let in'
ledger_end
