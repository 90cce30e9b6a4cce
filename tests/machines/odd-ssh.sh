#!/bin/bash
# SPDX-License-Identifier: ISC
#
# What administrators and users have in sshd_config.d, ssh_config, accounts and keys, and what
# comes of a link there. A line each: it comes up, or the sentence names who has to mend what, in
# printable characters; nothing is left; and audit finds what it is said to find, no more.
# Debian 13 is the remote of a Debian 12, and another Debian 12 is a second one; a Debian 13 is a
# second local, for the words of its ssh. What one sentence is for is tried in tests/system/connect-*.sh
# as well, on one release: here are the settings that people have.
# The clock is not set here: these machines share it with the one they run on.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

readonly ODD=/etc/ssh/sshd_config.d/01-odd.conf
readonly UP='0 office is up: .*, routes 10\.2\.0\.0/16,'
readonly KEY=/home/alice/.ssh/id_vpn
readonly REFUSED='77 remote does not accept the key'
readonly NO_READY='76 the remote did not answer with a ready line, but with'
readonly TURNED_AWAY='74 remote takes the key and then ends the login'
readonly NO_WAY='68 the ProxyCommand or ProxyJump to remote in the ssh_config of RunAs ended before the host'
readonly NO_CIPHER='76 ssh and the sshd of remote have no algorithm in common .*no matching cipher'

machine_create remote 13 198.51.100.1/24
machine_create older 12 198.51.100.2/24
machine_create local 12 198.51.100.7/24
machine_create newer 13 198.51.100.8/24
machine_boot "${MACHINES[@]}"
machine_pair remote local
machine_install older remote
machine_install newer local
cp -a "$(machine_root remote)/etc/sallyport/peers/alice.conf" "$WORLD/peer"
cp -a "$(machine_root local)/etc/sallyport/connect/office.conf" "$WORLD/profile"
ROOT=$(machine_root remote)

# Many failed logins and many restarts are the test's own.
for remote in remote older; do
	machine_file "$remote" /etc/systemd/system/ssh.service.d/odd.conf <<<$'[Unit]\nStartLimitIntervalSec=0'
	machine_on "$remote" systemctl daemon-reload
done
machine_file remote /etc/ssh/sshd_config.d/00-penalties.conf <<<'PerSourcePenalties no'
machine_sshd remote

profile()
{
	sed -e '' "$@" "$WORLD/profile" | machine_file "${LOCAL-local}" /etc/sallyport/connect/office.conf 640
}

machine_lacks()
{
	! machine_on "$1" test -e "/sys/class/net/$2"
}

# What a link leaves on local once it is down.
left()
{
	machine_on "${LOCAL-local}" sh -c 'find /run/sallyport/connect -mindepth 2; ls -d /sys/class/net/sp-* 2>/dev/null
		ip route show 10.2.0.0/16; ps -eo args | grep -E "^(ssh|vpn-connect|.*ppptun) "'
}

# comes NAME EXPECTED: "up", or the exit status and what the sentence has.
comes()
{
	local expected=$2 status=0 said
	[ "$expected" != up ] || expected=$UP
	case $expected in
	0*) ;;
	*) expected="${expected%% *} vpn-connect: (.*: )?${expected#* }" ;;
	esac
	said=$(machine_on "${LOCAL-local}" vpn-connect up --once office 2>&1) || status=$?
	said="$status ${said##*$'\n'}"
	matches "^$expected" "$said" "$1"
	lacks '[^ -~]' "$said" "$1: in printable characters"
	machine_on "${LOCAL-local}" vpn-connect down --quiet office
	same '' "$(left)" "$1: nothing is left"
	wait_for 15 'the other end' machine_lacks "${REMOTE-remote}" sp-alice ||
		fail "$1: nothing is left on the remote"
}

# The rules that audit finds broken; the notes are of the machine as such.
found()
{
	machine_on remote vpn-policy audit 2>&1 >/dev/null |
		sed -n 's/^.*: \(error\|warning\): .*\[\([a-z-]*\)\]$/\2/p' | sort -u | paste -sd' '
}

# --- ssh_config of RunAs
client()
{
	tr '|' '\n' <<<"$2" | machine_file local /home/alice/.ssh/config 600
	machine_on local chown alice: /home/alice/.ssh/config
	comes "ssh_config: $2" "$1"
	rm "$(machine_root local)/home/alice/.ssh/config"
}
comes 'as it ships' up
same '' "$(found)" 'as it ships: audit'
while IFS='#' read -r expected settings; do
	client "${expected% }" "${settings# }"
done <<'END'
up # RequestTTY force|RemoteCommand /bin/sh|SendEnv *|SetEnv LANG=tr_TR.UTF-8 FOO="bar baz"
up # StdinNull yes|ForkAfterAuthentication yes|SessionType none|EscapeChar ~|EnableEscapeCommandline yes
up # LocalForward 127.0.0.1:22 127.0.0.1:1|ExitOnForwardFailure yes|Tunnel yes|ForwardX11 yes|ForwardAgent yes
up # PermitLocalCommand yes|LocalCommand /bin/echo hello|SessionType subsystem|GatewayPorts yes
up # LogLevel DEBUG3|LogVerbose kex.c:*:*|VisualHostKey yes|HashKnownHosts yes|UpdateHostKeys yes|FingerprintHash md5
up # LogLevel QUIET|StrictHostKeyChecking ask|UserKnownHostsFile /dev/null|CheckHostIP yes
up # CanonicalizeHostname always|CanonicalDomains example.org|IPQoS none|Compression yes|Include /home/alice/none
up # RekeyLimit 16K 1|ServerAliveInterval 0|ServerAliveCountMax 0|TCPKeepAlive no|ConnectTimeout 1|ConnectionAttempts 3
up # Match exec "echo hello >&2; echo out"|Compression yes
up # ControlMaster auto|ControlPath ~/.ssh/control|ControlPersist 60|StreamLocalBindMask 0777|StreamLocalBindUnlink yes
up # PKCS11Provider /nonexistent.so|SecurityKeyProvider /nonexistent.so|IdentityAgent /nonexistent|RequiredRSASize 16384
up # IdentityFile /home/alice/.ssh/none|CertificateFile /home/alice/.ssh/none-cert.pub|AddKeysToAgent ask
up # PreferredAuthentications password|PubkeyAuthentication no|GSSAPIAuthentication yes|HostbasedAuthentication yes
up # ProxyCommand none|IgnoreUnknown No*|NoSuchOption yes
up # ProxyCommand bash -c "exec 3<>/dev/tcp/%h/%p; cat <&3 & exec cat >&3"
78 ssh has no key that it may show to remote # PubkeyAcceptedAlgorithms rsa-sha2-512
78 ssh rejected its configuration: check the ssh_config of RunAs # Include /etc/shadow
78 ssh rejected its configuration: check the ssh_config of RunAs # NoSuchOption yes
78 ssh rejected its configuration: check the ssh_config of RunAs # Ciphers none-such
78 ssh rejected its configuration: check the ssh_config of RunAs # Host "unterminated
78 ssh cannot ask for the host key of remote: check KnownHostsCommand # KnownHostsCommand /bin/false
77 the host key of remote is not known to RunAs # HostKeyAlias other
77 the host key of remote is not known to RunAs # GlobalKnownHostsFile /nonexistent
68 the name remote cannot be resolved # AddressFamily inet6
68 remote refuses the connection: does sshd run there, on this port # User bob|Port 2222
68 ssh cannot connect to remote from where the ssh_config of RunAs says # BindAddress 198.51.100.77
68 ssh cannot connect to remote from where the ssh_config of RunAs says # BindInterface eth9
END
client "$NO_WAY .*/nonexistent: not found" 'ProxyCommand /nonexistent %h %p'
client "$NO_WAY" 'ProxyCommand sh -c "echo garbage"'
client "$NO_CIPHER" 'Ciphers aes128-cbc'

# --- sshd_config.d of the remote
# server EXPECTED RULES SETTINGS
server()
{
	tr '|' '\n' <<<"$3" | machine_file remote "$ODD" 600
	machine_sshd remote
	comes "sshd_config.d: $3" "$1"
	same "$2" "$(found)" "sshd_config.d: $3: audit"
	rm "$ROOT$ODD"
}
printf '\033]0;title\007\033[31mred\033[0m\nsallyport/1 ready 0\n' | machine_file remote /etc/banner
while IFS='#' read -r expected rules settings; do
	rules=${rules# }
	server "${expected% }" "${rules% }" "${settings# }"
done <<'END'
up # # Banner /etc/banner|ForceCommand /bin/true|PermitTTY no|LogLevel QUIET|Subsystem vpn /bin/false
up # # VersionAddendum evil|PrintMotd yes|PrintLastLog yes|UseDNS yes|UsePAM no|ForceCommand internal-sftp
up # # ChrootDirectory /var/empty|AuthorizedKeysFile .ssh/authorized_keys|ExposeAuthInfo no|LogVerbose *
up # # PubkeyAuthentication no
up # # AuthenticationMethods publickey,password|MaxAuthTries 1|MaxSessions 1
up # # ClientAliveInterval 1|ClientAliveCountMax 1|RekeyLimit 16K 1s|TCPKeepAlive no
up # # SetEnv LANG=tr_TR.UTF-8|IPQoS af21|Compression no|PermitOpen none|PermitListen none|DisableForwarding yes
up # # PerSourceMaxStartups 1|MaxStartups 1:100:1|ChannelTimeout session=2s|UnusedConnectionTimeout 1s
up # # PubkeyAuthOptions touch-required verify-required|RequiredRSASize 3072
up # sshd-accept-env # AcceptEnv *
up # sshd-environment # PermitUserEnvironment yes
up # keys-file # StrictModes no
78 the sshd of remote allows one session in a connection # sshd-sessions # Match User slave|MaxSessions 1
77 remote accepts the key and then wants more # sshd-methods # Match User slave|AuthenticationMethods publickey,publickey
77 the policy of remote denies this; its log says why # sshd-force-command # Match User slave|ForceCommand /bin/echo hello
77 the policy of remote denies this; its log says why # sshd-auth-info # Match User slave|ExposeAuthInfo no
68 remote closed the connection # sshd-refuses # RefuseConnection yes
77 the host key of remote is not the one that RunAs knows # # HostKey /etc/ssh/ssh_host_rsa_key
END
server "$NO_READY.*sftp connections only" sshd-force-command 'Match User slave|ForceCommand internal-sftp'
server "$TURNED_AWAY" sshd-force-command 'Match User slave|ChrootDirectory /var/empty'
server '76 the sshd of remote takes no key: PubkeyAuthentication' sshd-authentication \
	'Match User slave|PubkeyAuthentication no'
server "$REFUSED" keys-missing 'Match User slave|AuthorizedKeysFile /home/%u/keys'
server "$REFUSED" keys-missing 'Match all|AuthorizedKeysFile none'
machine_sshd remote

# --- the account, and what PAM says of it
# account NAME EXPECTED RULES COMMAND UNDO
account()
{
	machine_on remote sh -c "$4" >/dev/null 2>&1 || give_up "$1"
	comes "the account: $1" "$2"
	same "$3" "$(found)" "the account: $1: audit"
	machine_on remote sh -c "$5" >/dev/null 2>&1 || give_up "$1: the undoing"
}
limits=/etc/security/limits.d/odd.conf
pam='sed -i "1i %s required %s" /etc/pam.d/sshd'
agent='usermod -s /usr/libexec/sallyport/vpn-agent slave'
# shellcheck disable=SC2059 # a format
account 'PAM denies it' "$TURNED_AWAY" pam-refuses "$(printf "$pam" account pam_deny.so)" 'sed -i 1d /etc/pam.d/sshd'
# shellcheck disable=SC2059
account 'PAM denies a session' "$NO_READY" pam-refuses "$(printf "$pam" session pam_deny.so)" 'sed -i 1d /etc/pam.d/sshd'
account 'its password is to be changed' '74 .*Password change required' account-password-age 'chage -d 0 slave' 'chage -d 20000 slave'
account 'nologin' "$NO_READY.*currently not available" account-shell 'usermod -s /usr/sbin/nologin slave' "$agent"
account 'bash' up account-shell 'usermod -s /bin/bash slave' "$agent"
account 'a shell that is not there' "$REFUSED" account-shell 'usermod -s /no/shell slave' "$agent"
# usermod refuses where a session of before still ends.
account 'a home that is not there' up '' \
	'sed -i "/^slave:/s|:/:|:/nonexistent:|" /etc/passwd' 'sed -i "/^slave:/s|:/nonexistent:|:/:|" /etc/passwd'
account 'another group' up account-groups 'usermod -a -G sudo slave' 'gpasswd -d slave sudo'
account 'no memory' "$TURNED_AWAY" '' "echo 'slave - as 1000' >$limits" "rm $limits"
account 'an environment of PAM' up '' \
	"printf 'LANG=tr_TR.UTF-8\nLC_ALL=tr_TR.UTF-8\nLD_PRELOAD=/x.so\n' >/etc/environment" ': >/etc/environment'
account 'another host name' up '' 'hostname elsewhere' 'hostname remote'
account 'keys that others write' "$REFUSED" keys-file \
	'chmod 666 /etc/sallyport/authorized_keys' 'chmod 644 /etc/sallyport/authorized_keys'
account 'keys that it cannot read' "$REFUSED" account-reads \
	'chmod 600 /etc/sallyport/authorized_keys' 'chmod 644 /etc/sallyport/authorized_keys'
account 'a root that it cannot enter' "$REFUSED" account-reads 'chmod 700 /' 'chmod 755 /'

# --- the user whose ssh it is
# user NAME HOME EXPECTED [OPTION…]
user()
{
	machine_on local useradd --badname --create-home --home-dir "$2" "${@:4}" "$1" 2>/dev/null || give_up "$1"
	machine_on local install -d -o "$1" -m 700 "$2/.ssh"
	machine_on local install -o "$1" -m 600 "$KEY" "$2/.ssh/id_ed25519"
	profile -e "/^IdentityFile/d" -e "s/^RunAs.*/RunAs $1/"
	comes "RunAs $1, home $2 ${*:4}" "$3"
}
# runas NAME EXPECTED PASSWD-LINE: without a home of its own; the key lies elsewhere.
runas()
{
	[ -z "$3" ] || echo "$3" >>"$(machine_root local)/etc/passwd"
	[ -z "$3" ] || machine_on local install -o "$1" -m 600 "$KEY" /var/tmp/key
	profile -e 's|^IdentityFile.*|IdentityFile /var/tmp/key|' -e "s/^RunAs.*/RunAs $1/"
	comes "RunAs $1 ${3:+as }$3" "$2"
}
user b.o-b_2 /home/b.o-b_2 up
user Alice.Smith /home/Alice.Smith up
user spacy '/home/sp acy' up
# ssh expands the names of the keys that it looks for by itself.
user percent '/home/p%h%d' '78 ssh has no key that it may show to remote'
user umlaut $'/home/\xc3\xbcml' up
user badshell /home/badshell up --shell /no/such/shell
runas homeless up 'homeless:x:4100:4100::/home/gone:/bin/sh'
runas nogroup_ up 'nogroup_:x:4101:49999::/home/gone:/bin/sh'
runas relative '78 .*RunAs: the home directory of relative cannot be used' 'relative:x:4102:4102::home:/bin/sh'
runas without '78 .*RunAs: the home directory of without cannot be used' 'without:x:4103:4103:::/bin/sh'
runas 1000 '78 .*an account name begins with a letter' ''
machine_on local install -o nobody -m 600 "$KEY" /var/tmp/key
runas nobody up ''
for number in {1..80}; do
	echo "group$number:x:$((5000 + number)):alice"
done >>"$(machine_root local)/etc/group"
profile
comes 'RunAs in 80 groups' up
# file NAME EXPECTED COMMAND UNDO
file()
{
	machine_on local sh -c "$3" && comes "RunAs: $1" "$2" && machine_on local sh -c "$4"
}
file 'a key that others read' '78 ssh does not use a private key that others can read' "chmod 640 $KEY" "chmod 600 $KEY"
file 'no public half' up "mv $KEY.pub $KEY.away" "mv $KEY.away $KEY.pub"
file 'a home that all write' up 'chmod 777 /home/alice /home/alice/.ssh' 'chmod 755 /home/alice; chmod 700 /home/alice/.ssh'
file 'a home that is read-only' up \
	'mount --bind /home/alice /home/alice && mount -o remount,ro,bind /home/alice' 'umount /home/alice'

# --- keys, and the peer's lines
# peer NAME EXPECTED SED-EXPRESSION…
peer()
{
	sed -e '' "${@:3}" "$WORLD/peer" | machine_file remote /etc/sallyport/peers/alice.conf
	# With an error in it nothing is printed, and the old lines stay.
	machine_on remote sh -c 'vpn-policy authorized-keys >/tmp/keys && cp /tmp/keys /etc/sallyport/authorized_keys' 2>/dev/null
	comes "the peer: $1" "$2"
}
# typed ARGUMENT…: of ssh-keygen
typed()
{
	machine_on -u alice local ssh-keygen -q -N '' -f /home/alice/.ssh/typed "$@"
	profile -e 's|^IdentityFile.*|IdentityFile /home/alice/.ssh/typed|'
	peer "a key by ssh-keygen $*" up -e "/^End/i Key $(cat "$(machine_root local)/home/alice/.ssh/typed.pub")"
	machine_on local rm /home/alice/.ssh/typed /home/alice/.ssh/typed.pub
}
typed -t rsa -b 3072
typed -t rsa -b 3072 -m PEM
typed -t ecdsa -b 521
typed -t ed25519 -C 'alice at home'
profile
broken='78 a policy file on remote has an error'
peer 'words behind the key' up -e '/^Key/s/$/ alice two words/'
peer 'a comment in UTF-8' up -e $'/^Key/s/$/ # b\xc3\xbcro/'
peer 'a name in UTF-8 as words' "$broken" -e $'/^Key/s/$/ b\xc3\xbcro/'
peer 'options of a key' "$broken" -e '/^Key/s|^Key|& command="/bin/sh"|'
peer 'a key cut short' "$broken" -e '/^Key/s/...$//'
peer 'carriage returns' "$broken" -e 's/$/\r/'
peer 'a fingerprint alone' "$REFUSED" -e "/^Key/s|.*|Key $(machine_on local ssh-keygen -lf "$KEY.pub" | cut -d' ' -f2)|"
peer 'it expires in ten years' up -e "/^End/i Expires $(date -u -d '10 years' +%FT%TZ)"
peer 'it expired yesterday' '77 the policy of remote denies this' -e "/^End/i Expires $(date -u -d yesterday +%FT%TZ)"
peer 'a time with a zone' "$broken" -e '/^End/i Expires 2040-01-01T00:00:00+02:00'
peer 'as it was' up

# --- the caller's locale
for locale in tr_TR.UTF-8 xx_YY; do
	matches "^office is up: " "$(machine_on local env LANG=$locale LC_ALL=$locale LANGUAGE=de \
		vpn-connect up --once office 2>&1)" "$locale"
	machine_on local vpn-connect down --quiet office
	wait_for 15 'the other end' machine_lacks remote sp-alice
done

# --- the words of the other release's ssh: of OpenSSH 10, as those above are of 9.2
LOCAL=newer
NEWER=$(machine_root newer)
machine_on newer useradd --create-home --shell /bin/bash alice
machine_on newer install -d -o alice -m 700 /home/alice/.ssh
for file in id_vpn id_vpn.pub; do
	machine_file newer "/home/alice/.ssh/$file" 600 <"$(machine_root local)/home/alice/.ssh/$file"
	machine_on newer chown alice: "/home/alice/.ssh/$file"
done
cp "$(machine_root local)/etc/ssh/ssh_known_hosts" "$NEWER/etc/ssh"
profile
comes 'OpenSSH 10: as it ships' up
machine_on -u alice newer sh -c 'cd /home/alice/.ssh && cp id_vpn locked && cp id_vpn.pub locked.pub && ssh-keygen -q -p -N secret -f locked' >/dev/null
profile -e 's|^IdentityFile.*|IdentityFile /home/alice/.ssh/locked|'
comes 'OpenSSH 10: a passphrase without an agent' '78 remote accepts the key, but ssh cannot use it: its passphrase .*names none here'
rm "$NEWER/home/alice/.ssh/locked"
comes 'OpenSSH 10: a public half alone' '78 (the key that IdentityFile in the profile names does not exist|remote accepts the key, but only its public half is here)'
profile -e 's|^IdentityFile.*|IdentityFile /home/alice/.ssh/none|'
comes 'OpenSSH 10: a key that is not there' '78 the key that IdentityFile in the profile names does not exist'
machine_on newer chmod 0 /home/alice/.ssh/id_vpn
profile
comes 'OpenSSH 10: a key that cannot be read' '78 RunAs cannot read a private key'
machine_on newer chmod 600 /home/alice/.ssh/id_vpn
# words EXPECTED SETTINGS: of its ssh_config.
words()
{
	tr '|' '\n' <<<"$2" | machine_file newer /home/alice/.ssh/config 644
	comes "OpenSSH 10: ssh_config: $2" "$1"
	rm "$NEWER/home/alice/.ssh/config"
}
words '78 ssh has no key that it may show to remote' 'PubkeyAcceptedAlgorithms rsa-sha2-512'
words '78 ssh rejected its configuration' 'NoSuchOption yes'
words '77 the host key of remote is not known' 'HostKeyAlias other'
words "$NO_CIPHER" 'Ciphers aes128-cbc'
words "$NO_WAY .*it was me" 'ProxyCommand sh -c "echo it was me >&2; exit 3"'
words '68 ssh cannot connect to remote from where the ssh_config of RunAs says' 'BindAddress 198.51.100.77'
words '68 remote refuses the connection' 'Host remote|Port 2222'
words '68 the name of the jump host nowhere.invalid on the way to remote' 'Host remote|ProxyJump nowhere.invalid'
words '77 the host key of the jump host older on the way to remote is not known' 'Host remote|ProxyJump alice@older'
sshd_says()
{
	tr '|' '\n' <<<"$2" | machine_file remote "$ODD" 600
	machine_sshd remote
	comes "OpenSSH 10: sshd_config.d: $2" "$1"
	rm "$ROOT$ODD"
}
sshd_says '77 remote accepts the key and then wants more' 'Match User slave|AuthenticationMethods publickey,publickey'
sshd_says '76 the sshd of remote opens no session for the account' 'Match User slave|MaxSessions 0'
sshd_says '76 the sshd of remote takes no key' 'Match User slave|PubkeyAuthentication no'
sshd_says "$TURNED_AWAY" 'Match User slave|ChrootDirectory /var/empty'
sshd_says '77 the host key of remote is not the one that RunAs knows' 'HostKey /etc/ssh/ssh_host_rsa_key'
machine_sshd remote
unset LOCAL

# --- sshd asks vpn-policy for keys, and sshd started by its socket: both releases
for REMOTE in remote older; do
	root=$(machine_root "$REMOTE") name="Debian ${MACHINE_RELEASE[$REMOTE]}"
	sed -i -e '/^\tAuthorizedKeysFile /d' -e '/^\tAuthorizedKeysCommand none/d' -e 's/^\t#Auth/\tAuth/' \
		"$root/etc/ssh/sshd_config.d/sallyport.conf"
	cp "$WORLD/peer" "$root/etc/sallyport/peers/alice.conf"
	echo "$REMOTE $(cut -d' ' -f1,2 "$root/etc/ssh/ssh_host_ed25519_key.pub")" \
		>>"$(machine_root local)/etc/ssh/ssh_known_hosts"
	profile -e "s/^Host.*/Host $REMOTE/"
	machine_sshd "$REMOTE"
	comes "$name: AuthorizedKeysCommand" up
	machine_on "$REMOTE" sh -c 'systemctl stop ssh && systemctl start ssh.socket'
	comes "$name: ssh.socket" up
	machine_on "$REMOTE" systemctl stop ssh.socket ssh
done
machine_file remote /etc/systemd/system/each.socket <<<$'[Socket]\nListenStream=2222\nAccept=yes'
machine_file remote /etc/systemd/system/each@.service <<<$'[Service]\nExecStart=-/usr/sbin/sshd -i\nStandardInput=socket\nRuntimeDirectory=sshd\nRuntimeDirectoryPreserve=yes'
machine_on remote sh -c 'systemctl daemon-reload && systemctl start each.socket'
REMOTE=remote
profile -e '/^End/i Port 2222'
comes 'an sshd for each connection, on another port' up

for name in local newer remote older; do
	lacks '[^ -~]' "$(machine_journal "$name" --output=cat -t vpn-connect -t vpn-agent -t sshroute -t ppptun)" \
		"$name: the log is in printable characters"
done
