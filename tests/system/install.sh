#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make install-remote` masks the account's own instance of systemd's user manager, and never, where
# there is no such account, that of everybody. And the documents that README.md leads to are beside it.
# An ordinary user installs below DESTDIR, for a package, and what is installed names no directory but
# its own.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"

host_create remote
on remote mkdir /root/units
on remote groupadd --system slave
# install_remote: with a directory for masks, which systemd is not there to have.
install_remote()
{
	on remote make -s -C /src install-remote MASKDIR=/root/units
}
check_not 'a group of that name is no account: it is said' install_remote
same '' "$(on remote ls /root/units)" 'and nothing is masked, least of all what all users have'
on remote useradd --system --gid slave --no-create-home --home-dir / --shell /usr/libexec/sallyport/vpn-agent \
	--password '*' slave
check 'with the account' install_remote
same "user@$(on remote id -u slave).service" "$(on remote ls /root/units)" 'its own manager is masked'
check 'installing again' install_remote
# links: those of the installed README.md that lead nowhere.
links()
{
	grep -oP '\]\(\K[^)#]+(?=\))' "$(host_root remote)/usr/share/doc/sallyport/README.md" | while read -r link; do
		on remote test -s "/usr/share/doc/sallyport/$link" || echo "$link"
	done
}
same '' "$(links)" 'the links of the installed README.md lead to installed documents'
check 'uninstalling' on remote make -s -C /src uninstall MASKDIR=/root/units
same '' "$(on remote ls /root/units)" 'takes the mask away'
check_not 'and the documents' on remote test -e /usr/share/doc/sallyport

# --- below DESTDIR. The programs are those of the usual directories, which are compiled into them.
readonly ELSEWHERE=(PREFIX=/opt/vpn SYSCONFDIR=/opt/etc/vpn RUNDIR=/run/vpn UNITDIR=/opt/units NETWORKDIR=/opt/network
	SYSUSERSDIR=/opt/sysusers TMPFILESDIR=/opt/tmpfiles MANDIR=/opt/man DOCDIR=/opt/doc SSHD_CONFDIR=/opt/sshd BASHCOMPDIR=/opt/bash)
staged()
{
	on remote setpriv --reuid 65534 --regid 65534 --clear-groups \
		make -s -C /src -o build/directories install DESTDIR="/tmp/$1" ACCOUNT=sallyport "${@:2}"
}
# below DIRECTORY: what it has, a line each, with modes.
below()
{
	on remote find "$1" \( -type f -o -type d -empty \) -printf '%m %P\n' | sort -k2
}
check 'an ordinary user installs below DESTDIR' staged usual
same '' "$(on remote find /tmp/usual ! -user 65534)" 'all of it is that user'"'"'s'
same '644 etc/sallyport/agent.conf
750 etc/sallyport/connect
750 etc/sallyport/peers
644 etc/ssh/sshd_config.d/sallyport.conf' "$(below /tmp/usual | grep -F ' etc/')" 'in /etc there is the configuration and nothing else'
check 'and the same a second time' staged usual
same 'u sallyport -:sallyport-agent' "$(on remote sed -n 's/^\(u [^ ]* [^ ]*\) .*/\1/p' /tmp/usual/usr/lib/sysusers.d/sallyport.conf)" \
	'the account has a group that nobody else has'
check 'into other directories' staged other "${ELSEWHERE[@]}"
same 'opt' "$(on remote ls /tmp/other)" 'all of it is there'
same '' "$(on remote grep -rnE '/usr/(sbin/vpn-|libexec|share/(doc/)?sallyport|lib)|/etc/s(allyport|sh/sshd_config\.d)|/run/sallyport|slave' \
	/tmp/other/opt --include=*.conf --include=*.service --include=*.socket --include=*.[1-8] --exclude=policy.conf.5 --exclude=ppptun.8 \
	--exclude=pty-redir.1)" 'and its units, manuals and configuration name no other'
same "$(below /tmp/usual | wc -l)" "$(below /tmp/other | wc -l)" 'as many files as usual'

# --- the tarball
tarball()
{
	(cd "$1" && "$SRC/packaging/dist" sallyport "$WORLD/$2.tar.gz" 2>/dev/null && sha256sum <"$WORLD/$2.tar.gz")
}
mkdir "$WORLD/clone"
if command -v git >/dev/null && [ -e "$SRC/.git" ]; then
	git -c safe.directory="$SRC" clone -q "$SRC" "$WORLD/clone" || give_up 'a clone'
	same "$(tarball "$SRC" here)" "$(tarball "$WORLD/clone" there)" 'a commit has one tarball, also from a clone'
fi
