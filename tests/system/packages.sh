#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Debian's packages: made by an ordinary user, in another folder, at another time and with other settings,
# they are the same, byte for byte, as `make deb` has made; lintian has nothing to say of them; each needs
# what it needs and nothing more. What they do to a machine is for tests/machines/packages.sh.
# shellcheck source=tests/lib/check.sh
. "$SRC/tests/lib/check.sh"

readonly MADE=$BUILD/deb ELSEWHERE=$WORLD/elsewhere/in/a/longer/folder NOBODY=65534
MADE_BY=(setpriv --reuid "$NOBODY" --regid "$NOBODY" --clear-groups
	env TZ=Asia/Tokyo LC_ALL=C HOME=/nonexistent DEB_BUILD_OPTIONS=parallel=1)

if ! ls "$MADE"/*.changes >/dev/null 2>&1; then
	give_up 'there are no packages: make deb'
fi
install -d -o "$NOBODY" "$ELSEWHERE"
cp "$BUILD"/sallyport-*.tar.gz "$SRC/packaging/deb" "$ELSEWHERE"
# shellcheck disable=SC2016 # expanded by that shell
check 'an ordinary user makes them, elsewhere' sh -c 'cd "$0" && umask 077 && exec "$@"' "$ELSEWHERE" \
	"${MADE_BY[@]}" ./deb "$(basename "$ELSEWHERE"/*.tar.gz)" deb --no-sign

# digests DIRECTORY
digests()
{
	(cd "$1" && sha256sum ./*.deb ./*.tar.xz ./*.dsc)
}
same "$(digests "$MADE")" "$(digests "$ELSEWHERE/deb")" 'they are the same, byte for byte'
# Where they are not, in which files.
for deb in "$MADE"/*.deb; do
	cmp -s "$deb" "$ELSEWHERE/deb/${deb##*/}" && continue
	dpkg-deb --raw-extract "$deb" "$WORLD/one"
	dpkg-deb --raw-extract "$ELSEWHERE/deb/${deb##*/}" "$WORLD/other"
	note "$(diff -rq "$WORLD/one" "$WORLD/other"; diff -r "$WORLD/one/DEBIAN" "$WORLD/other/DEBIAN")"
	rm -r "$WORLD/one" "$WORLD/other"
done
same '' "$(lintian --allow-root --fail-on none "$MADE"/*.changes 2>&1)" 'lintian has nothing to say'

# field PACKAGE FIELD
field()
{
	dpkg-deb --field "$MADE"/sallyport-"$1"_*.deb "$2"
}
lacks 'openssh-server|sudo|ppp' "$(field connect Depends)" 'the launcher needs no server'
lacks 'openssh|ppp' "$(field common Depends)" 'what both have needs no ssh'
matches 'openssh-server' "$(field agent Depends)" 'the agent needs one'
matches '(^|, )glibc \(= [^)]+\)' "$(field agent Built-Using)" 'the static agent tells of which C library it is'
matches '(^|, )libcap-ng \(= [^)]+\)' "$(field agent Built-Using)" 'and of which libcap-ng'
for part in agent connect common; do
	check "there are symbols of $part" ls "$MADE/sallyport-$part-dbgsym_"*.deb
done
same './etc/sallyport/agent.conf
./etc/ssh/sshd_config.d/sallyport.conf' "$(dpkg-deb --contents "$MADE"/sallyport-agent_*.deb | awk '/ \.\/etc\/.*[^\/]$/ { print $6 }' | sort)" \
	'in /etc the agent has two files'
same '/etc/sallyport/agent.conf
/etc/ssh/sshd_config.d/sallyport.conf' "$(dpkg-deb --info "$MADE"/sallyport-agent_*.deb conffiles | sort)" 'which are conffiles'
same '-rwxr-x--- root/root' "$(dpkg-deb --contents "$MADE"/sallyport-agent_*.deb | awk '/vpn-agent$/ { print $1, $2 }')" \
	'nobody runs the agent before it is configured'
same '' "$(dpkg-deb --contents "$MADE"/sallyport-*_*.deb 2>/dev/null | grep -E '^-..s|^-.....s')" 'and nothing has a setuid bit'
