# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# More contestants for tests/bench/vpns.sh, which goes before: up_NAME and down_NAME for wire (no tunnel),
# openvpn (over UDP, AES-128-GCM) and wireguard (wireguard-go, in user space); address_of knows them.
readonly OPENVPN_PORT=1194 WIREGUARD_PORT=51820

up_wire() { :; }
down_wire() { :; }

# --- OpenVPN: two ends that know each other's certificate
for name in local remote; do
	on "$name" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
		-subj "/CN=$name" -keyout /etc/openvpn.key -out /etc/openvpn.crt 2>/dev/null ||
		give_up "a certificate for $name"
done

fingerprint()
{
	on "$1" openssl x509 -in /etc/openvpn.crt -noout -fingerprint -sha256 | sed 's/.*=//'
}
OPENVPN_LOCAL=$(fingerprint local) OPENVPN_REMOTE=$(fingerprint remote)

# openvpn_end HOST HERE THERE PEER OPTION…
openvpn_end()
{
	host_daemon "$1" /run/openvpn-end.pid openvpn --dev tun8 --dev-type tun --disable-dco --proto udp4 \
		--ifconfig "$2" "$3" --cert /etc/openvpn.crt --key /etc/openvpn.key --peer-fingerprint "$4" \
		--data-ciphers AES-128-GCM --ping 10 --ping-restart 60 --verb 3 "${@:5}"
}

up_openvpn()
{
	openvpn_end remote 10.5.0.2 10.5.0.1 "$OPENVPN_LOCAL" --port "$OPENVPN_PORT" --tls-server --dh none
	openvpn_end local 10.5.0.1 10.5.0.2 "$OPENVPN_REMOTE" --nobind --tls-client \
		--remote 198.51.100.1 "$OPENVPN_PORT"
	wait_for "$HOST_DEADLINE" 'the device of openvpn' test -e "$(host_root local)/sys/class/net/tun8"
}
down_openvpn()
{
	host_stop local /run/openvpn-end.pid
	host_stop remote /run/openvpn-end.pid
}

# --- WireGuard
for name in local remote; do
	on "$name" sh -c 'umask 077 && wg genkey >/etc/wg.key && wg pubkey </etc/wg.key >/etc/wg.pub' ||
		give_up "a key of WireGuard for $name"
done

# wireguard_end HOST OTHER HERE THERE OPTION…
wireguard_end()
{
	local public
	public=$(<"$(host_root "$2")/etc/wg.pub")
	host_daemon "$1" /run/wg.pid wireguard-go --foreground wg9
	wait_for "$HOST_DEADLINE" 'a control socket' test -S "$(host_root "$1")/run/wireguard/wg9.sock" || return 1
	on "$1" wg set wg9 private-key /etc/wg.key peer "$public" allowed-ips 0.0.0.0/0 "${@:5}" &&
		on "$1" ip addr add "$3" peer "$4" dev wg9 && on "$1" ip link set wg9 up
}
up_wireguard()
{
	wireguard_end remote local 10.4.0.2 10.4.0.1 &&
		on remote wg set wg9 listen-port "$WIREGUARD_PORT" &&
		wireguard_end local remote 10.4.0.1 10.4.0.2 endpoint "198.51.100.1:$WIREGUARD_PORT"
}
down_wireguard()
{
	host_stop local /run/wg.pid
	host_stop remote /run/wg.pid
}
