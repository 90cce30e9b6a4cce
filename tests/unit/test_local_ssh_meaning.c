/* SPDX-License-Identifier: ISC */
/* What ssh's own words, as OpenSSH 9.2 and 10.0 print them, are told as. */
#include "tests/unit/ssh_told.h"

static void tells_what_the_network_did(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     "ssh: Could not resolve hostname vpn.example: Name or service not known\r\n",
	     EXIT_NO_HOST, "the name vpn.example cannot be resolved"},
	    {255,
	     "ssh: Could not resolve hostname vpn.example: Temporary failure in name "
	     "resolution\r\n",
	     EXIT_NO_HOST, "cannot be resolved"},
	    {255, "ssh: connect to host vpn.example port 22: Connection refused\r\n",
	     EXIT_NO_HOST, "vpn.example refuses the connection"},
	    {255, "ssh: connect to host vpn.example port 22: Connection timed out\r\n",
	     EXIT_NO_HOST, "does not answer"},
	    {255, "ssh: connect to host vpn.example port 22: No route to host\r\n",
	     EXIT_NO_HOST, "no route to vpn.example"},
	    {255, "ssh: connect to host vpn.example port 22: Network is unreachable\r\n",
	     EXIT_NO_HOST, "unreachable"},
	    {255, "Connection timed out during banner exchange\r\n", EXIT_NO_HOST,
	     "accepts the connection and says nothing"},
	    {255, "ssh: connect to host vpn.example port 22: Permission denied\r\n",
	     EXIT_NO_HOST, "this host cannot connect to vpn.example: check its routes"},
	    {255, "ssh: connect to host vpn.example port 22: Invalid argument\r\n",
	     EXIT_NO_HOST, "this host cannot connect to vpn.example: check its routes"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void tells_of_a_host_key(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     "No ED25519 host key is known for vpn.example and you have requested strict "
	     "checking.\r\nHost key verification failed.\r\n",
	     EXIT_DENIED, "host key of vpn.example is not known"},
	    {255, "Host key verification failed.\r\n", EXIT_DENIED, "not known"},
	    {255,
	     "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r\n"
	     "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n"
	     "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r\n"
	     "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r\n"
	     "Host key for vpn.example has changed and you have requested strict "
	     "checking.\r\n"
	     "Host key verification failed.\r\n",
	     EXIT_DENIED, "not the one that RunAs knows"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void tells_of_ssh_s_configuration(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255,
	     "/home/alice/.ssh/config: line 1: Bad configuration option: nonsense\r\n"
	     "/home/alice/.ssh/config: terminating, 1 bad configuration options\r\n",
	     EXIT_POLICY, "configuration"},
	    {255, "Can't open user config file /etc/vpn_ssh: Permission denied\r\n",
	     EXIT_POLICY, "SshConfig"},
	    {255, "Bad owner or permissions on /home/alice/.ssh/config\r\n", EXIT_POLICY,
	     "does not trust"},
	    {255,
	     "channel 0: open failed: administratively prohibited: open failed\r\n"
	     "stdio forwarding failed\r\nConnection closed by UNKNOWN port 65535\r\n",
	     EXIT_DENIED, "jump host"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

static void tells_how_the_connection_ended(void **state)
{
	static const struct ssh_sample samples[] = {
	    {255, "exec request failed on channel 0\r\n", EXIT_LINK,
	     "vpn.example cannot start a process for the account"},
	    {255,
	     "kex_exchange_identification: Connection closed by remote host\r\n"
	     "Connection closed by 198.51.100.1 port 22\r\n",
	     EXIT_NO_HOST, "before the login"},
	    {255, "Connection closed by 198.51.100.1 port 22\r\n", EXIT_NO_HOST, "closed"},
	    {255, "Connection reset by 198.51.100.1 port 22\r\n", EXIT_NO_HOST, "reset"},
	    {255, "Connection to vpn.example closed by remote host.\r\n", EXIT_LINK,
	     "vpn.example closed the connection"},
	    {255, "Timeout, server vpn.example not responding.\r\n", EXIT_LINK,
	     "no longer answers"},
	    {255, "client_loop: send disconnect: Broken pipe\r\n", EXIT_LINK, "broke"},
	    {255,
	     "Unable to negotiate with 198.51.100.1 port 22: no matching host key type "
	     "found. "
	     "Their offer: ssh-rsa\r\n",
	     EXIT_PROTOCOL, "no algorithm in common"},
	    {255, "something nobody has heard of\r\n", EXIT_LINK,
	     "connection to vpn.example"},
	    {255, "", EXIT_LINK, "connection to vpn.example"},
	    {255,
	     FATAL(95) "Unable to negotiate with 198.51.100.1 port 22: no matching cipher "
		       "found. Their offer: aes128-cbc\r\n",
	     EXIT_PROTOCOL, "no algorithm in common"},
	    {255,
	     "Received disconnect from 198.51.100.1 port 22:2: no authentication methods "
	     "enabled\r\n",
	     EXIT_PROTOCOL, "takes no key"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

/* Whoever is dropped before the login is told by whom, as far as it can be known. */
static void tells_who_drops_the_connection(void **state)
{
	static const struct ssh_sample samples[] = {
	    /* OpenSSH 10.0's PerSourcePenalties; its client and 9.2's. */
	    {255,
	     HELLO(95) BANNER(95, "Not allowed at this time")
		 EXCHANGE_NEW(95) "read: Connection reset by peer\r\n",
	     EXIT_NO_HOST, "others behind the same NAT"},
	    {255,
	     HELLO(95) BANNER(95, "Not allowed at this time")
		 EXCHANGE(95) "Connection closed by remote host\r\n",
	     EXIT_NO_HOST, "PerSourcePenaltyExemptList"},
	    {255,
	     HELLO(95) BANNER(95, "Exceeded MaxStartups")
		 EXCHANGE(95) "Connection closed by remote host\r\n",
	     EXIT_NO_HOST, "raises MaxStartups"},
	    {255, HELLO(95) EXCHANGE_NEW(95) "read: Connection reset by peer\r\n",
	     EXIT_NO_HOST, "was reset before the login: by a firewall, or by its sshd"},
	    {255, HELLO(95) EXCHANGE(95) "Connection closed by remote host\r\n",
	     EXIT_NO_HOST, "vpn.example ended the connection before the login"},
	    {255,
	     HELLO(95) "jump-ssh: process 98 is for bastion.example\n" HELLO(98)
		 BANNER(98, "Not allowed at this time")
		     EXCHANGE(98) "Connection closed by remote host\r\n" EXCHANGE(
			 95) "Connection closed by remote host\r\n",
	     EXIT_NO_HOST,
	     "the sshd of the jump host bastion.example on the way to vpn.example takes no "
	     "connection"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

/*
 * Whoever answers, and be it somebody on the way, speaks before its host key is known: in
 * place of its name, and with new lines in what ssh quotes. It neither ends the link for
 * good, nor blames this host or its user, nor hides the warning of a wrong host key.
 */
static void does_not_take_the_other_end_s_words_for_ssh_s(void **state)
{
#define DISCONNECT "Received disconnect from 192.0.2.1 port 22:2: "
#define OPEN_FAILED(pid, why)                                                              \
	"channels.c:channel_input_open_failure():3593 (pid=" #pid                          \
	"): channel 0: open failed: " why "\r\n"
	static const struct ssh_sample samples[] = {
	    {255, HELLO(95) DISCONNECT "Bad configuration option: x\r\n", EXIT_LINK,
	     "connection to vpn.example failed"},
	    {255,
	     HELLO(95) DISCONNECT "bye\nBad owner or permissions on /x\nHost key for h "
				  "has changed and you have requested strict checking\r\n",
	     EXIT_LINK, "connection to vpn.example failed"},
	    {255, HELLO(95) DISCONNECT "bye\nNo space left on device\r\n", EXIT_LINK,
	     "connection to vpn.example failed"},
	    {255,
	     HELLO(95) "Unable to negotiate with 192.0.2.1 port 22: no matching cipher "
		       "found. "
		       "Their offer: x\nUNPROTECTED PRIVATE KEY FILE\r\n",
	     EXIT_PROTOCOL, "no algorithm in common"},
	    {255,
	     "slave@vpn.example: Permission denied (x\nNo space left on device\nCan't open "
	     "user config file).\r\n",
	     EXIT_DENIED, "does not accept the key"},
	    {255,
	     HELLO(95) BANNER(95, DISCONNECT) BANNER(95, "No space left on device") BANNER(
		 95, "Bad configuration option") "@    WARNING: REMOTE HOST "
						 "IDENTIFICATION HAS CHANGED!     @\r\n",
	     EXIT_DENIED, "the host key of vpn.example is not the one"},
	    /* A name that has a line's end in it, told as one of ssh's doings. */
	    {255,
	     HELLO(95) FAILED(95, "publickey\n\fLoad key \"/x\": bad\n\fBad owner or "
				  "permissions on /x") DENIED,
	     EXIT_POLICY, "ssh has no key that it may show"},
	    {255, HELLO(95) "one\r\n\vBad configuration option: x\r\n", EXIT_LINK,
	     "connection to vpn.example failed"},
	    /* Why a jump host, or the sshd itself, opens no channel. */
	    {255,
	     HELLO(95) JUMP_IS(98, "bastion") HELLO(98)
		 OPEN_FAILED(98, "connect failed: Bad configuration option") ECHO,
	     EXIT_NO_HOST, "vpn.example"},
	    {255,
	     HELLO(95) JUMP_IS(98, "bastion") HELLO(98)
		 OPEN_FAILED(98, "connect failed: _expand: x") ECHO,
	     EXIT_NO_HOST, "vpn.example"},
	    {255,
	     HELLO(95) ANSWER(95) ACCEPTS(95)
		 OPEN_FAILED(95, "connect failed: Bad owner or permissions on /x"),
	     EXIT_PROTOCOL, "the sshd of vpn.example opens no session"},
	    {255,
	     HELLO(95) ANSWER(95) ACCEPTS(95)
		 OPEN_FAILED(95, "connect failed: No space left on device"),
	     EXIT_PROTOCOL, "the sshd of vpn.example opens no session"},
	    /* That one it is to say, once it is known who that is. */
	    {255, HELLO(95) DISCONNECT "Too many authentication failures\r\n", EXIT_LINK,
	     "connection to vpn.example failed"},
	    {255, HELLO(95) OFFERS(95) DISCONNECT "Too many authentication failures\r\n",
	     EXIT_DENIED, "does not want to see more keys"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), BEFORE_SESSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_the_network_did),
	    cmocka_unit_test(tells_of_a_host_key),
	    cmocka_unit_test(tells_of_ssh_s_configuration),
	    cmocka_unit_test(tells_how_the_connection_ended),
	    cmocka_unit_test(tells_who_drops_the_connection),
	    cmocka_unit_test(does_not_take_the_other_end_s_words_for_ssh_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
