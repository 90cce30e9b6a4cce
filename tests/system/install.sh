#!/bin/bash
# SPDX-License-Identifier: ISC
#
# `make install-remote` masks the account's own instance of systemd's user manager, and never, where
# there is no such account, that of everybody. And the documents that README.md leads to are beside it.
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
