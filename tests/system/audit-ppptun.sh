#!/bin/bash
# SPDX-License-Identifier: ISC
#
# vpn-policy audit on a host where ppptun is in pppd's place, with devices of its own and with
# such as are made beforehand: nothing to find, and the right finding after each kind of damage.
# shellcheck source=tests/lib/vpn.sh
. "$SRC/tests/lib/vpn.sh"
# shellcheck source=tests/lib/audit.sh
. "$SRC/tests/lib/audit.sh"

audit_host

readonly AGENT=/usr/libexec/sallyport/vpn-agent CAPS=cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p

# --- ppptun in pppd's place: the kernel's PPP does not matter, and the device does
on remote sh -c 'cp -p /etc/sallyport/agent.conf /root/agent.conf
	printf "%s\n" "Ppp ppptun" End >/etc/sallyport/agent.conf; mv /dev/ppp /dev/was-ppp'
audit_begin
lacks 'pppd-root|pppd-setuid|kernel-ppp' "$AUDIT_CLEAN" 'ppptun is not taken for pppd'
damage kernel-tun 'no device' 'mv /dev/net/tun /dev/net/was-tun' 'mv /dev/net/was-tun /dev/net/tun'
damage kernel-tun 'a device for root alone' 'chmod 0600 /dev/net/tun' 'chmod 0666 /dev/net/tun'
damage program-untrusted 'all may write it' 'chmod o+w /usr/libexec/sallyport/ppptun' \
	'chmod o-w /usr/libexec/sallyport/ppptun'
damage pppd-setuid 'it is setuid' 'chmod u+s /usr/libexec/sallyport/ppptun' \
	'chmod u-s /usr/libexec/sallyport/ppptun'
damage pppd-setuid 'it has a capability' 'setcap cap_net_admin=ep /usr/libexec/sallyport/ppptun' \
	'setcap -r /usr/libexec/sallyport/ppptun'
on remote sh -c 'mv /dev/was-ppp /dev/ppp; cp -p /root/agent.conf /etc/sallyport/agent.conf'

# --- with devices that are made beforehand, and no capability anywhere
device='ip tuntap add dev sp-alice mode tun user slave; ip link set dev sp-alice addrgenmode none up
	ip address add 10.9.0.2 peer 10.9.0.1 dev sp-alice'
gone='ip tuntap del dev sp-alice mode tun'
on remote sh -c "printf '%s\n' 'Tun persistent' End >/etc/sallyport/agent.conf; setcap -r $AGENT; $device"
audit_begin
damage agent-capabilities 'file capabilities all the same' "setcap $CAPS $AGENT" "setcap -r $AGENT"
damage persistent-groups 'a group that the agent cannot give up' 'usermod -aG games slave' 'gpasswd -d slave games'
damage persistent-pppd 'pppd in place of ppptun, for a peer' \
	"cp -p /etc/sallyport/peers/alice.conf /root/p; sed -i '/^End/i Ppp pppd' /etc/sallyport/peers/alice.conf" \
	'cp -p /root/p /etc/sallyport/peers/alice.conf'
damage persistent-device 'no device' "$gone" "$device"
damage persistent-device 'a device that is down' 'ip link set dev sp-alice down' 'ip link set dev sp-alice up'
damage persistent-device 'another MTU' 'ip link set dev sp-alice mtu 1400' 'ip link set dev sp-alice mtu 1500'
damage persistent-device 'other addresses' 'ip address flush dev sp-alice
	ip address add 10.9.0.3 peer 10.9.0.1 dev sp-alice' "$gone; $device"
damage persistent-device "another user's" "$gone; ${device/user slave/user daemon}" "$gone; $device"
damage persistent-device 'a device of another kind' "$gone; ${device/mode tun/mode tap}" \
	"ip tuntap del dev sp-alice mode tap; $device"
damage persistent-device 'a device for sessions that are more' \
	"cp -p /etc/sallyport/peers/alice.conf /root/p; sed -i '/^End/i Sessions 2' /etc/sallyport/peers/alice.conf" \
	'cp -p /root/p /etc/sallyport/peers/alice.conf'
damage persistent-open "everybody's" "$gone; ${device/user slave/}" "$gone; $device"
