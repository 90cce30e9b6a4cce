#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The Ansible role of packaging/fleet, by Debian's Ansible over ssh: policy comes to a gateway whole, the same once
# more changes nothing, and policy with an error changes nothing and fails.
# shellcheck source=tests/lib/machine.sh
. "$SRC/tests/lib/machine.sh"

machine_create remote 13 198.51.100.1/24
machine_create local 13 198.51.100.7/24
machine_boot remote local
machine_pair remote local
# The machine of the peer is the one that controls as well.
for name in remote local; do
	machine_on "$name" apt-get -q update >/dev/null
done
machine_on remote apt-get -q -y --no-install-recommends install python3 >/dev/null || give_up 'python3 on remote'
machine_on local apt-get -q -y --no-install-recommends install ansible-core >/dev/null || give_up 'ansible-core on local'
machine_on local ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
machine_file remote /root/.ssh/authorized_keys 600 <"$(machine_root local)/root/.ssh/id_ed25519.pub"
machine_on local cp -R /src/packaging/fleet/ansible /root/ansible
policy=$(machine_root local)/root/ansible/policy
mkdir -p "$policy/peers"
cp "$SRC/policy/examples/agent.conf" "$policy/"
cp "$(machine_root remote)/etc/sallyport/peers/alice.conf" "$policy/peers/"

PLAYED=
# play NAME STATUS RECAP: the playbook ends so, and its last line says that.
play()
{
	local status=0
	PLAYED=$(machine_on local sh -c 'cd /root/ansible && ANSIBLE_NOCOLOR=1 timeout 300 ansible-playbook -i remote, \
		-e ansible_python_interpreter=/usr/bin/python3 site.yml' 2>&1) || status=$?
	same "$2" "$status" "$1: the exit status"
	matches "^remote .*$3" "$PLAYED" "$1: the recap"
}
status()
{
	machine_on -u alice local ssh -oBatchMode=yes -i /home/alice/.ssh/id_vpn slave@remote status 2>&1
}
readonly IN='sallyport/1 status peer=alice sessions=0/1'

play 'the policy that is there' 0 'changed=0 .*failed=0'
sed -i 's/^Sessions .*/Sessions  2/' "$policy/peers/alice.conf"
sed -e '/^\(Address\|Address6\|Route\|Offer\|Reach\)/d' -e 's/^Allow.*/Allow status/' \
	-e "s|^Key.*|Key $(cut -d' ' -f1,2 "$(machine_root local)/root/.ssh/id_ed25519.pub")|" \
	"$policy/peers/alice.conf" >"$policy/peers/bob.conf"
play 'a peer that changed, and another one' 0 'changed=1 .*failed=0'
same "${IN%1}2" "$(status)" 'what changed is in force'
same 'sallyport/1 status peer=bob sessions=0/2' "$(machine_on local ssh -oBatchMode=yes slave@remote status 2>&1)" \
	'and the other peer comes in'
play 'the same once more' 0 'changed=0 .*failed=0'
before=$(machine_on remote sh -c 'cd /etc/sallyport && cat agent.conf peers/*' | cksum)
echo 'Shell /bin/sh' >>"$policy/peers/bob.conf"
play 'a file with an error' 2 'failed=1'
matches 'bob.conf:[0-9]+:1: error' "$PLAYED" 'the error is told'
cp "$policy/agent.conf" "$policy/agent.conf.good"
echo 'Shell /bin/sh' >>"$policy/agent.conf"
play 'an agent.conf with an error' 2 'failed=1'
same "$before" "$(machine_on remote sh -c 'cd /etc/sallyport && cat agent.conf peers/*' | cksum)" 'neither changes anything'
mv "$policy/agent.conf.good" "$policy/agent.conf"
rm "$policy/peers/bob.conf"
play 'a peer is gone' 0 'changed=1 .*failed=0'
matches 'Permission denied' "$(machine_on local ssh -oBatchMode=yes slave@remote status 2>&1)" 'and is out'
same "${IN%1}2" "$(status)" 'the other one is not'
