# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What keeps logins out of a machine `remote`, or does not, and what vpn-policy audit says of it, on
# machines that machine_pair has made.
#
#   login_begin                     the pair is as it should be: logins get in, audit has nothing to say
#   shut NAME PATTERN SET [UNDO]    SET keeps alice out, or her second request: audit --strict exits with 78,
#                                   and what it says, that it did not say before, has a line like PATTERN
#   open NAME SET [UNDO]            SET does no harm: alice gets in, and audit says no more than before
#   dark NAME PATTERN SET [UNDO]    as open, but that a note like PATTERN is all that audit has to add
#   hindrance … | harmless …        as shut and open, with lines for sshd in place of SET
#   pam TYPE CONTROL MODULE…        prints such a SET
#
# SET is a shell's, on the remote, which then has its sshd anew, unless SET is in as_it_runs. Then all files
# that rows change are as before.
readonly LOGIN_SAVED='/etc/ssh /etc/pam.d /etc/security /etc/sallyport /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/shells'
readonly LOGIN_EXTRA=/etc/ssh/sshd_config.d/00-row.conf
# shellcheck disable=SC2034 # read by who sources this
readonly ACCOUNT='Match User slave'
LOGIN_KEY=/home/alice/.ssh/id_vpn
LOGIN_CLEAN=

# knock KEY: as vpn-connect does it, a session for PPP, and another through its connection. A pipe that
# ends tells that the first was refused. While the last one's session is about to end, alice has none left.
login_knock()
{
	machine_file local /usr/local/bin/knock 755 <<'END'
#!/bin/bash
dir=$(mktemp -d) && cd "$dir" && mkfifo in out || exit 71
end=$((SECONDS + 30))
while :; do
	ssh -T -o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=10 -i "$1" -o ControlMaster=yes \
		-o ControlPath="$dir/c" slave@remote pppd ready=0123456789abcdef0123456789abcdef <in >out 2>said &
	exec 3>in 4<out
	IFS= read -r -t 30 ready <&4
	[[ $ready == sallyport/1\ ready\ * ]]
	status=$?
	[ "$status" -ne 0 ] || timeout 30 ssh -T -o BatchMode=yes -o ProxyCommand=/bin/false -o ControlMaster=no \
		-o ControlPath="$dir/c" slave@remote status </dev/null || status=1
	exec 3>&- 4<&-
	kill $! 2>/dev/null
	wait
	[ "$SECONDS" -lt "$end" ] && grep -q '^sallyport: busy' said || break
	sleep 0.2
done
cat said
cd / && rm -r "$dir"
exit $status
END
}

login_gets_in()
{
	machine_on -u alice local knock "$LOGIN_KEY"
}

login_is_kept_out()
{
	! login_gets_in
}

# The lines of what audit finds.
login_audit()
{
	{ machine_on remote vpn-policy audit --strict >/dev/null; } 2>&1 | sort
}

# login_news: what it finds that it did not find before.
login_news()
{
	comm -13 <(printf '%s\n' "$LOGIN_CLEAN") <(login_audit)
}

login_sshd()
{
	machine_on remote systemctl reset-failed ssh 2>/dev/null
	machine_sshd remote
}

# login_restore: all files as they were. Copies, so that nothing of the row is left in them.
login_restore()
{
	# shellcheck disable=SC2086 # a list
	machine_on remote sh -c "rm -rf $LOGIN_SAVED /etc/nologin /run/nologin && cp -a /root/saved/. / " && login_sshd
}

login_begin()
{
	login_knock
	machine_on local sed -i '/remote/!d' /etc/ssh/ssh_known_hosts
	# Rows fail to log in on purpose, one after the other.
	[ "${MACHINE_RELEASE[remote]}" = 12 ] ||
		echo 'PerSourcePenaltyExemptList 198.51.100.0/24' | machine_file remote /etc/ssh/sshd_config.d/penalties.conf
	# shellcheck disable=SC2086 # a list
	machine_on remote sh -c "mkdir -p /root/saved && cp -a --parents $LOGIN_SAVED /root/saved"
	login_restore || give_up 'the remote as it was'
	LOGIN_CLEAN=$(login_audit)
	lacks ': (warning|error): |^(warning|error): ' "$LOGIN_CLEAN" 'the remote has no warning and no error'
	check 'and alice gets in' login_gets_in
}

# login_set NAME SET: with the remote's sshd anew, unless a file says that it is to stay.
login_set()
{
	check "$1: it can be set" machine_on remote sh -c "$2"
	if ! machine_on remote rm /root/as_it_runs 2>/dev/null; then
		check "$1: sshd runs" login_sshd
	fi
}

login_undo()
{
	check "$1: and undone" machine_on remote sh -c "${2-true}"
	login_restore || fail "$1: the remote as it was"
	LOGIN_KEY=/home/alice/.ssh/id_vpn
}

# as_it_runs SET: one after which sshd is not told of its files.
as_it_runs()
{
	printf '%s\n' "$1" ': >/root/as_it_runs'
}

shut()
{
	local name=$1
	login_set "$name" "$3"
	check "$name: nobody gets in" login_is_kept_out
	matches "$2" "$(login_news)" "$name: audit says so"
	check_exit 78 "$name: and exits with 78" machine_on remote vpn-policy audit --strict
	login_undo "$name" "${@:4}"
}

open()
{
	local name=$1
	login_set "$name" "$2"
	check "$name: alice gets in" login_gets_in
	same '' "$(login_news)" "$name: audit has nothing to say"
	login_undo "$name" "${@:3}"
}

dark()
{
	local name=$1 news
	login_set "$name" "$3"
	check "$name: alice gets in" login_gets_in
	news=$(login_news)
	matches "$2" "$news" "$name: audit says what it does not know"
	lacks ': (warning|error): ' "$news" "$name: and no more"
	login_undo "$name" "${@:4}"
}

# login_lines LINE…: a SET of lines for sshd, before all others that it has.
login_lines()
{
	printf "printf '%%s\\\\n'"
	printf " '%s'" "$@"
	printf ' >%s\n' "$LOGIN_EXTRA"
}

# pam TYPE CONTROL MODULE…: a SET that puts this in front of what PAM has for sshd.
pam()
{
	printf "sed -i '1i %s' /etc/pam.d/sshd\n" "$*"
}

hindrance()
{
	shut "$1" "$2" "$(login_lines "${@:3}")"
}

harmless()
{
	open "$1" "$(login_lines "${@:2}")"
}
