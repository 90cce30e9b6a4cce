#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The ledger's hostile requests, through a real sshd.
# shellcheck source=tests/lib/ledger.sh
. "$SRC/tests/lib/ledger.sh"

vpn_one_peer
vpn_standin remote
ledger_begin remote

attack request-plain 'status is in Allow' vpn_ask status
attack request-none 'a shell was asked for' vpn_ask
ledger_end
