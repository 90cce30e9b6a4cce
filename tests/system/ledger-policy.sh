#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's policy files: whatever is not plainly root's and plainly right means no.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
vpn_share_connection local alice
root=$(host_root remote)
readonly PEERS=/etc/sallyport/peers FILE=/etc/sallyport/peers/alice.conf CONF=/etc/sallyport/agent.conf
good=$(<"$root$FILE")
mallory_key=$(host_key local root | cut -d' ' -f1,2)
ledger_begin remote

# reset: both files as they were.
reset()
{
	on remote rm -rf "$FILE" "$CONF" "$PEERS/other.conf"
	on remote chown root:root /etc/sallyport "$PEERS"
	on remote chmod 755 /etc/sallyport "$PEERS"
	printf '%s\n' "$good" >"$root$FILE"
	echo End >"$root$CONF"
	vpn_settle "$root$FILE" "$root$CONF"
	on remote chmod 644 "$FILE" "$CONF"
}

# damage ID PATTERN NAME COMMAND…: in the host, then a login, then all as it was.
damage()
{
	local id=$1 pattern=$2 name=$3
	shift 3
	"$@" || fail "$id: $name: the damage"
	# As if it had been there for a while: nobody waits for what is new.
	in_host "for file in $FILE $CONF; do [ ! -f \$file ] || touch -hd '$HOST_SETTLED' \$file; done"
	LEDGER_STATE=$(vpn_state remote)
	attack_as "$id" "$name" "$pattern" vpn_ask status
	if [[ ${LEDGER_OUTCOME[$id]} = 'refused 78' && $name != 'Account nobody-here' ]]; then
		matches '^/' "$(ledger_record rule)" "$id: $name: the log says which file"
	fi
	reset
}

in_host()
{
	on remote sh -c "$1"
}

# content TEXT, more TEXT: the peer's file is that, or has it in front of its End; printf's escapes.
content()
{
	printf '%b' "$1" >"$root$FILE"
}
more()
{
	printf '%s\n%bEnd\n' "${good%End}" "$1" >"$root$FILE"
}

for file in "$FILE" "$CONF"; do
	damage policy-link 'symbolic link|not a directory' "$file" \
		in_host "cp $file /etc/real; ln -sf /etc/real $file"
	damage policy-hard-link 'links' "$file" in_host "ln $file /etc/second-$$; true"
	on remote rm -f "/etc/second-$$"
	for kind in 'mkfifo FILE' 'mknod FILE c 1 3' 'mknod FILE c 1 5' 'mknod FILE b 7 0' 'mkdir FILE'; do
		damage policy-kind . "$kind: $file" in_host "rm $file; ${kind/FILE/$file}"
	done
	damage policy-owner 'owned by uid' "$file: the account's" in_host "chown slave $file"
	damage policy-owner 'owned by uid' "$file: another's" in_host "chown daemon $file"
	damage policy-mode 'writable' "$file: 664" in_host "chmod 664 $file"
	damage policy-mode 'writable' "$file: 646" in_host "chmod 646 $file"
	damage policy-unreadable . "$file: 600" in_host "chmod 600 $file"
	damage policy-unreadable . "$file: missing" in_host "rm $file"
done
on remote sh -c "mv $PEERS /etc/away && ln -s /etc/away $PEERS"
LEDGER_STATE=$(vpn_state remote)
attack_as policy-link 'the directory' . vpn_ask status
on remote sh -c "rm $PEERS && mv /etc/away $PEERS"
reset
for directory in "$PEERS" /etc/sallyport; do
	damage policy-parent 'owned by uid' "$directory: the account's" in_host "chown slave $directory"
	damage policy-parent 'writable' "$directory: 775" in_host "chmod 775 $directory"
	damage policy-parent 'writable' "$directory: 1777" in_host "chmod 1777 $directory"
done
damage policy-parent 'writable' '/etc: 777' in_host 'chmod 777 /etc'
on remote chmod 755 /etc
damage policy-unreadable 'may have been cut off' 'empty' content ''

damage policy-bytes 'NUL' NUL more 'Mru 1500\0\n'
damage policy-bytes 'byte order mark' BOM content '\xef\xbb\xbfAllow status\n'
damage policy-bytes 'carriage return' CRLF more 'Mru 1500\r\n'
damage policy-bytes 'control character' ESC more '# \e[31m\n'
damage policy-bytes 'non-ASCII' UTF-8 more 'Interface sp-\xc3\xa4\n'
damage policy-bytes 'non-ASCII' 0xff more '\xff\n'
damage policy-huge . '10 MB' in_host "head -c 10000000 /dev/zero | tr '\\0' x >$FILE"
damage policy-huge . 'a million lines' in_host "yes '# a line' | head -n 1000000 >>$FILE"
damage policy-huge . '64 KiB and more' in_host "yes '' | head -c 65536 >>$FILE"
damage policy-huge 'line too long' 'a long line' more "$(printf '#%016384d' 0)\n"
damage policy-huge . 'words' more "$(yes From | head -n 10000 | tr '\n' ' ')\n"
damage policy-keyword 'unknown keyword' 'unknown' more 'Shell /bin/sh\n'
damage policy-keyword 'belongs in' "agent.conf's" more 'Hooks yes\n'
damage policy-keyword 'no value' 'no value' more 'Mru\n'
damage policy-keyword . 'continuation' more 'Mru \\\n1500\n'
damage policy-keyword 'unknown keyword' 'include' more 'Include /etc/passwd\n'
damage policy-keyword 'unknown keyword' 'Match' more 'Match all\n'
damage policy-keyword . 'equals' more 'Mru=1500\n'
damage policy-repeated repeated 'twice' more 'Mru 1500\nMru 1500\n'
damage policy-repeated repeated 'other case' more 'ALLOW status\n'
damage policy-times 'not after Begins' 'backwards' \
	more 'Begins 2027-01-01T00:00:00Z\nExpires 2026-01-01T00:00:00Z\n'
damage policy-expired 'expired at' 'expired' more 'Expires 2001-01-01T00:00:00Z\n'
damage policy-expired 'not valid before' 'not begun' more 'Begins 2099-01-01T00:00:00Z\n'
damage policy-address 'not in From' 'another network' in_host "sed -i 's/^From.*/From 203.0.113.0\\/24/' $FILE"
damage policy-swapped "not one of this peer's" "another's file" in_host "sed -i 's|^Key.*|Key $mallory_key|' $FILE"
damage policy-no-key 'Key is missing' 'no Key' in_host "sed -i '/^Key/d' $FILE"
damage policy-no-key 'Allow is missing' 'no Allow' in_host "sed -i '/^Allow/d' $FILE"
damage policy-no-end 'may have been cut off' 'no End' in_host "sed -i '/^End/d' $FILE"
damage policy-no-end 'may have been cut off' 'End without a line feed' content "$good"
damage policy-no-end 'may have been cut off' 'cut off by a line' content "${good%$'\n'*}\n"
damage policy-no-end 'after End' 'more after End' content "$good\nMru 1500\n"
damage policy-no-end 'may have been cut off' 'agent.conf without End' in_host ": >$CONF"
damage policy-no-key 'needs an address of the link' 'no Address' in_host "sed -i '/^Address/d' $FILE"

for line in 'Shell /bin/sh' 'LaunchAs nobody' 'Account nobody-here' 'Account root/x' 'Pppd pppd' \
	'Pppd ../pppd' 'Landlock no' 'Key x'; do
	damage policy-agent . "$line" in_host "printf '%s\n' '$line' End >$CONF"
done
damage policy-agent . 'the peer'\''s file in its place' in_host "cp $FILE $CONF"

# program NAME PATTERN COMMAND…: what is done to /usr/local/sbin/ppp, which Pppd names.
program()
{
	local name=$1 pattern=$2
	shift 2
	on remote install -D -m 755 /src/build/tests/system/standin /usr/local/sbin/ppp
	printf '%s\n' 'Ppp pppd' 'Pppd /usr/local/sbin/ppp' | host_file remote "$CONF"
	on remote "$@"
	LEDGER_STATE=$(vpn_state remote)
	attack_as policy-program "$name" "$pattern" vpn_ask pppd
	on remote chmod 755 /usr/local/sbin
	on remote rm -rf /usr/local/sbin/ppp
	reset
}
program 'missing' 'cannot open' rm /usr/local/sbin/ppp
program 'writable' 'writable' chmod 757 /usr/local/sbin/ppp
program 'not executable' 'not executable' chmod 644 /usr/local/sbin/ppp
program "another's" 'owned by' chown slave /usr/local/sbin/ppp
program 'a directory' 'regular file' sh -c 'rm /usr/local/sbin/ppp; mkdir /usr/local/sbin/ppp'
program 'in a writable directory' 'writable' chmod 777 /usr/local/sbin

# --- in the page that an auditor hands on, whatever policy contains is text
readonly MARKUP='</title></style><script>document.title=1</script><img src=x onerror=alert(1)>&lt;"'\'
more "# waive legacy: $MARKUP\\0342\\0200\\0256\nLegacy yes\n"
odd=$PEERS/$'<script>x<\\script><img src=x onerror=alert(1)>\e[2J.conf'
printf '%s\nEnd\n' "$MARKUP" >"$root$odd"
vpn_settle "$root$FILE" "$root$odd"
on remote vpn-policy audit --html /root/page.html >/dev/null 2>&1
matches 'waived: &lt;/title&gt;&lt;/style&gt;&lt;script&gt;.*\\xe2\\x80\\xae' "$(on remote cat /root/page.html)" \
	'policy-page: the waiver is told as it is'
matches '&lt;script&gt;x&lt;.script&gt;&lt;img src=x onerror=alert\(1\)&gt;(\?|\\x1b)\[2J' "$(on remote cat /root/page.html)" 'policy-page: the name of the file, too'
check 'policy-page: none of it is markup' on remote /usr/bin/python3 /src/tests/cases/page.py /root/page.html
on remote rm "$odd" /root/page.html
LEDGER_STATE=$(vpn_state remote)
attack policy-page 'status is in Allow' vpn_ask status
reset

# --- changed while it is read: a login sees the one or the other, never half of each
printf '%s\nMru 1400\nEnd\n' "${good%End}" >"$root$PEERS/one"
printf '%s\nMru 1300\n# %060000d\nEnd\n' "${good%End}" 0 | fold -w 8000 | sed '/^0/s/^/#/' >"$root$PEERS/two"
vpn_settle "$root$PEERS/one" "$root$PEERS/two"
on remote sh -c "while [ ! -e /tmp/enough ]; do cp -p $PEERS/one $PEERS/x; mv $PEERS/x $FILE; cp -p $PEERS/two $PEERS/x;
	mv $PEERS/x $FILE; done" &
changer=$!
for ((i = 0; i < 20; i++)); do
	vpn_ask status
done >"$WORLD/answers" 2>&1
on remote touch /tmp/enough
wait "$changer"
same 20 "$(grep -c '^sallyport/1 status peer=alice' "$WORLD/answers")" \
	'policy-replaced: every login in between saw a whole file'
on remote sh -c "rm -f $PEERS/one $PEERS/two $PEERS/x"
reset
LEDGER_STATE=$(vpn_state remote)
attack policy-replaced 'status is in Allow' vpn_ask status
ledger_end
