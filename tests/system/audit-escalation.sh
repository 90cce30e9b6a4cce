#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit and what could lead the account past the agent: sudoers as sudo reads them, doas.conf,
# and jobs that cron runs.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

audit_host
audit_begin

restore='rm -rf /etc/sudoers /etc/sudoers.d /etc/doas.conf /etc/rules'
# rules FILE TEXT: a command that writes it; printf's escapes.
rules()
{
	printf '%b\n' "$2" | host_file remote /root/line
	echo "mkdir -p /etc/sudoers.d; cp /root/line $1"
}
# sudo_has yes|no TEXT: the real sudo, where there is one, reads these rules so.
sudo_has()
{
	local said
	on remote sh -c 'command -v sudo' >/dev/null || return 0
	on remote sh -c "$(rules /etc/sudoers "$2"); chmod 440 /etc/sudoers"
	said=$(on remote sudo -l -U slave 2>&1)
	case $1 in
	yes) matches 'may run the following' "$said" "sudo itself: $2" ;;
	no) matches 'is not allowed to run sudo' "$said" "sudo itself excludes: $2" ;;
	esac
	on remote sh -c "$restore"
}
for text in 'slave ALL=NOPASSWD: VPN' '%slave ALL=(ALL) ALL' 'ALL ALL=(root) /sbin/reboot' \
	'#UID ALL=ALL' '%#GID ALL = ALL' 'root , slave ALL=ALL' 'root,\\\nslave ALL=ALL' \
	'User_Alias A = B : B = #UID\nA ALL=ALL' '"slave" ALL=ALL' 'root, \\\\s\\\\lave ALL=ALL' '%:vpn, slave ALL=ALL'; do
	text=${text//UID/$(on remote id -u slave)} text=${text//GID/$(on remote id -g slave)}
	damage escalation-rule "$text" "$(rules /etc/sudoers "$text")" "$restore"
done
damage escalation-rule 'in a directory' \
	"$(rules /etc/sudoers.d/vpn 'slave ALL=ALL'); echo @includedir /etc/sudoers.d >/etc/sudoers" "$restore"
damage escalation-rule 'in a file beside' \
	"$(rules /etc/rules 'slave ALL=ALL'); echo '#include rules' >/etc/sudoers" "$restore"
# As sudo reads a list: what comes last has the last word, and "!" turns an alias round.
for text in '!slave, ALL ALL=ALL' 'User_Alias A = !slave\nALL, !A ALL=ALL' \
	'User_Alias A = root, B : B = root, slave\nA ALL=ALL' 'SLAVE ALL=ALL' '%SLAVE ALL=ALL' \
	'User_Alias A = ALL, !B\nUser_Alias B = slave, !slave\nA ALL=ALL' '+vpn, slave ALL=ALL' \
	'!%vpnusers, slave ALL=ALL'; do
	sudo_has yes "$text"
	# The line that defines an alias names it.
	further=()
	[[ $text != User_Alias*slave*'\n'* ]] || further=(escalation-named)
	damage escalation-rule "$text" "$(rules /etc/sudoers "$text")" "$restore" "${further[@]}"
done
for text in 'ALL, !slave ALL=ALL' 'slave, !slave ALL=ALL' 'User_Alias A = ALL, !slave\nA ALL=ALL' \
	'User_Alias A = slave\nALL, !A ALL=ALL' 'User_Alias A = B : B = slave\nALL, !A ALL=ALL'; do
	sudo_has no "$text"
	damage escalation-named "excluded: $text" "$(rules /etc/sudoers "$text")" "$restore"
done
for text in 'ALL, !%slave ALL=ALL' 'ALL, !#UID ALL=ALL' 'ALL, !%#GID ALL=ALL'; do
	text=${text//UID/$(on remote id -u slave)} text=${text//GID/$(on remote id -g slave)}
	sudo_has no "$text"
	on remote sh -c "$(rules /etc/sudoers "$text")"
	lacks 'escalation-rule' "$(found)" "excluded: $text"
	on remote sh -c "$restore"
done
for text in '+vpn ALL=ALL' 'User_Alias A = root, %:vpn\nroot, A ALL=ALL' '%vpnusers ALL=ALL' \
	'%#4711 ALL=ALL' 'ALL, !%vpnusers ALL=ALL' 'slave, !+vpn ALL=ALL'; do
	damage not-looked-at "$text" "$(rules /etc/sudoers "$text")" "$restore"
done
for text in 'root ALL=(slave) ALL' 'Defaults:slave !requiretty' 'Runas_Alias V = slave' \
	'root, !slave ALL = ALL'; do
	damage escalation-named "$text" "$(rules /etc/sudoers "$text")" "$restore"
done
for text in 'permit nopass slave' 'permit :slave as root cmd pppd' \
	'permit setenv { A=b -C } slave' 'permit UID'; do
	text=${text//UID/$(on remote id -u slave)}
	damage escalation-rule "doas: $text" "$(rules /etc/doas.conf "$text")" "$restore"
done
damage escalation-named 'doas: as slave' "$(rules /etc/doas.conf 'permit root as slave')" "$restore"
damage escalation-jobs 'a crontab' \
	'mkdir -p /var/spool/cron/crontabs; echo >/var/spool/cron/crontabs/slave' \
	'rm /var/spool/cron/crontabs/slave'

damage escalation-jobs "a line of the system's crontab" \
	"$(rules /etc/crontab 'A=b\n# * * * * * slave x\n5 4 * * *  slave  /bin/x')" 'rm /etc/crontab'
damage escalation-jobs 'a line of a part of it' \
	"mkdir -p /etc/cron.d; $(rules /etc/cron.d/x '@daily slave x')" 'rm /etc/cron.d/x'

# What names others is nobody's business.
on remote sh -c "$(rules /etc/sudoers 'root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL) ALL\n# slave ALL=ALL\nslaves /home/slave=ALL')"
on remote sh -c "$(rules /etc/crontab '5 4 * * * root slave x')"
same "$AUDIT_CLEAN" "$(found)" 'rules of others are none of its'
on remote sh -c "$restore; rm /etc/crontab"

# A loop of includes ends.
damage unreadable 'sudoers that include themselves' \
	"$(rules /etc/sudoers '@include /etc/sudoers\n@include sudoers')" "$restore"
