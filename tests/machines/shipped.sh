#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Each file that `make install` puts beside the programs, as it ships, on Debian 12 and 13:
# sysusers.d/sallyport.conf, tmpfiles.d/sallyport.conf, sshd_config.d/sallyport.conf with both of its ways
# to find keys, the examples (agent.conf, alice.conf, office.conf), the completions; and what `make
# uninstall` leaves.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

readonly FRAGMENT=/etc/ssh/sshd_config.d/sallyport.conf
readonly EXAMPLES=/usr/share/doc/sallyport/examples

# ask LOCAL REMOTE: whether alice gets in.
ask()
{
	machine_on -u alice "$1" ssh -o BatchMode=yes -i /home/alice/.ssh/id_vpn "slave@$2" status
}

shipped_account()
{
	local name=$1 remote=$2
	check "$name: systemd-sysusers makes the account" machine_on "$remote" \
		sh -c "sed 's/@ACCOUNT@\|@GROUP@/slave/g' /src/packaging/sysusers.d/sallyport.conf | systemd-sysusers -"
	matches '^slave:.*:/:/usr/libexec/sallyport/vpn-agent$' "$(machine_on "$remote" getent passwd slave)" \
		"$name: with the agent as its shell, and root's / as its home"
}

shipped_state()
{
	local name=$1 remote=$2
	machine_on "$remote" rm -rf /run/sallyport
	check "$name: systemd-tmpfiles makes the state anew" machine_on "$remote" \
		systemd-tmpfiles --create /usr/lib/tmpfiles.d/sallyport.conf
	same '755 root root
755 root root
660 root slave' "$(machine_on "$remote" stat -c '%a %U %G' /run/sallyport /run/sallyport/connect /run/sallyport/sessions)" \
		"$name: with its owners and modes"
	check "$name: cleaning leaves it alone" machine_on "$remote" sh -c \
		'systemd-tmpfiles --clean && test -e /run/sallyport/sessions'
}

shipped_sshd()
{
	local name=$1 local=$2 remote=$3
	same '' "$(machine_on "$remote" sshd -t 2>&1)" "$name: sshd takes its fragment without a word"
	matches '^exposeauthinfo yes' "$(machine_on "$remote" sshd -T -C user=slave,host=x,addr=192.0.2.7)" \
		"$name: which holds for the account"
	matches '^exposeauthinfo no' "$(machine_on "$remote" sshd -T -C user=root,host=x,addr=192.0.2.7)" \
		"$name: and for nobody else"
	check "$name: alice gets in by authorized_keys" ask "$local" "$remote"
	# The other way, by the fragment's own lines: the comments before them are taken away.
	machine_on "$remote" sed -i -e '/^\tAuthorizedKeysFile \//d' -e '/^\tAuthorizedKeysCommand none/d' \
		-e 's/^\t#\(AuthorizedKeys\)/\t\1/' "$FRAGMENT"
	machine_on "$remote" mv /etc/sallyport/authorized_keys /root/
	machine_sshd "$remote"
	check "$name: and by vpn-policy, asked at each login" ask "$local" "$remote"
	shipped_edited "$name" "$local" "$remote"
	machine_on "$remote" mv /root/authorized_keys /etc/sallyport/
	machine_sshd "$remote"
}

# install REMOTE [FORCE=1]: what the next installation says.
install_again()
{
	machine_on "$1" make -s -C /src install-remote "${@:2}" 2>&1
}

# Peers log in by what the administrator wrote: the next installation must not take it away.
shipped_edited()
{
	local name=$1 local=$2 remote=$3 beside=$FRAGMENT.new record=/usr/share/sallyport/etc/sshd_config.d/sallyport.conf
	same "$FRAGMENT was edited, and is kept: this version's lies beside it as sallyport.conf.new" \
		"$(install_again "$remote")" "$name: installing over an edited fragment says that it is kept, once"
	machine_sshd "$remote"
	check "$name: and peers still get in by it" ask "$local" "$remote"
	check "$name: the new one is beside it" machine_on "$remote" cmp "$record" "$beside"
	check "$name: and tells the way that ships" machine_on "$remote" grep -q '^.AuthorizedKeysFile /etc' "$beside"
	machine_on "$remote" cp "$FRAGMENT" /root/fragment
	same '' "$(install_again "$remote" FORCE=1)" "$name: FORCE=1 says nothing"
	check "$name: and puts this version's into place" machine_on "$remote" cmp "$record" "$FRAGMENT"
	check "$name: and the edited one aside" machine_on "$remote" cmp /root/fragment "$FRAGMENT.old"
	check_not "$name: then none is beside it" machine_on "$remote" test -e "$beside"
	machine_on "$remote" sh -c "rm $FRAGMENT.old; echo '# An older version' | tee $record >$FRAGMENT"
	same '' "$(install_again "$remote")" "$name: an older version that nobody edited makes way without a word"
	check "$name: for this one" machine_on "$remote" grep -q 'Match User slave' "$FRAGMENT"
	machine_on "$remote" sh -c "sed -i '1i Hooks no' /etc/sallyport/agent.conf; echo '# ours' >>/usr/lib/tmpfiles.d/sallyport.conf"
	same "/etc/sallyport/agent.conf was edited, and is kept: this version's lies beside it as agent.conf.new" \
		"$(install_again "$remote")" "$name: agent.conf is kept in the same way, and what is in /usr is not"
	check_not "$name: that is ours" machine_on "$remote" grep -q '# ours' /usr/lib/tmpfiles.d/sallyport.conf
	machine_on "$remote" sh -c "echo '# mine' >>$FRAGMENT"
	same "$FRAGMENT was edited, and is kept" "$(machine_on "$remote" make -s -C /src uninstall 2>&1)" \
		"$name: uninstalling keeps an edited fragment"
	check "$name: as it is" machine_on "$remote" grep -q '# mine' "$FRAGMENT"
	check_not "$name: and nothing of ours" machine_on "$remote" test -e /usr/share/sallyport -o -e /etc/sallyport/agent.conf.new
	install_again "$remote" FORCE=1 >/dev/null
	machine_on "$remote" rm "$FRAGMENT.old" /etc/sallyport/agent.conf.old
}

shipped_rest()
{
	local name=$1 local=$2 remote=$3 file
	for file in agent.conf peers/alice.conf connect/office.conf; do
		check "$name: the example $file is right as it is" machine_on "$local" \
			sh -c "cd /tmp && mkdir -p \$(dirname $file) && cp $EXAMPLES/$file $file && vpn-policy check $file"
	done
	matches 'vpn-connect' "$(machine_on "$local" bash -c \
		'. /usr/share/bash-completion/completions/vpn-connect && complete -p vpn-connect' 2>&1)" \
		"$name: bash completes vpn-connect"
	check "$name: what zsh and fish complete it by is where they look" machine_on "$local" \
		test -s /usr/share/zsh/vendor-completions/_vpn-connect -a -s /usr/share/fish/vendor_completions.d/vpn-connect.fish
}

# What belongs to the administrator stays, and nothing else.
shipped_gone()
{
	local name=$1 host=$2
	check "$name: make uninstall" machine_on "$host" make -s -C /src uninstall
	same /etc/sallyport "$(machine_on "$host" find / -xdev \( -path /src -o -path /proc -o -path /sys -o -path /root \) -prune -o \
		\( -iname '*sallyport*' -o -name 'vpn-*' -o -name ppptun\* -o -name sshroute\* -o -name pty-redir\* \) \
		-not -path '/var/log/*' -not -empty -print | sort)" "$name: leaves the configuration and nothing else"
}

for release in 12 13; do
	machine_couple "$release"
done
machine_boot "${MACHINES[@]}"
for release in 12 13; do
	shipped_account "Debian $release" "remote$release"
	machine_pair "remote$release" "local$release"
	shipped_state "Debian $release" "remote$release"
	shipped_sshd "Debian $release" "local$release" "remote$release"
	shipped_rest "Debian $release" "local$release" "remote$release"
	shipped_gone "Debian $release" "remote$release"
	shipped_gone "Debian $release" "local$release"
done
