#!/bin/bash
# SPDX-License-Identifier: ISC
#
# Protects: `vpn-connect diagnose` reads pppd's frames as it reads ppptun's, with the kernel's PPP.
# shellcheck source=tests/lib/diagnose.sh
. "$SRC/tests/lib/diagnose.sh"

for host in remote local; do
	on "$host" sh -c 'test -e /dev/ppp || mknod -m 600 /dev/ppp c 108 0'
done
echo 'Ppp pppd' | host_file remote /etc/sallyport/agent.conf 644
office 'Ppp pppd'
fine 'all is well with pppd' --frames --to 10.2.0.5
matches '^ok +lcp ' "$SAID" 'LCP, by the frames of pppd'
matches '^ok +addresses ' "$SAID" 'and IPCP'
matches ' ms  rcvd \[LCP ConfAck id=0x[0-9a-f]+ <' "$SAID" 'each frame is told'
matches ' ms  sent \[IPCP ConfReq id=0x[0-9a-f]+ <addr 10.9.0.1' "$SAID" 'in both directions'
