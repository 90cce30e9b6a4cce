/* SPDX-License-Identifier: ISC */
/* What ssh's own words, as OpenSSH 9.2 and 10.0 print them, and its exit statuses are told
 * as. */
#include <string.h>

#include "local/ssh_error.h"
#include "unit.h"

struct sample {
	int status;
	const char *output;
	enum exit_code code;
	/* In the sentence. */
	const char *told;
};

/* Our ssh's process id; that of one that leads to a jump host is 98 or 99. */
enum { OURS = 95 };

/* The tags of OpenSSH up to 9.7, and since. */
#define EXCHANGE(pid) "kex.c:kex_exchange_identification():1383 (pid=" #pid "): "
#define EXCHANGE_NEW(pid)                                                                  \
	"kex.c:kex_exchange_identification():1327 (bin=ssh, pid=" #pid "): "
#define HELLO(pid)	   "debug1: " EXCHANGE(pid) "Local version string SSH-2.0-OpenSSH_9.2p1\r\n"
#define JUMP_IS(pid, host) "jump-ssh: process " #pid " is for " host "\n"
#define BANNER(pid, text)  "debug1: " EXCHANGE_NEW(pid) "banner line 0: " text "\r\n"
#define ACCEPTS(pid)                                                                       \
	"debug1: sshconnect2.c:input_userauth_pk_ok():840 (pid=" #pid                      \
	"): Server accepts key: /home/alice/.ssh/id_ed25519 ED25519 SHA256:x explicit\r\n"

static void assert_told(const struct sample *sample, struct ssh_end end,
			int (*explain)(const struct ssh_end *end, struct failure *failure))
{
	struct failure failure;

	end.status = sample->status;
	end.output = sample->output;
	end.pid = OURS;
	end.host = "vpn.example";
	assert_int_equal(-1, explain(&end, &failure));
	if (failure.code != sample->code || strstr(failure.text, sample->told) == NULL)
		fail_msg("%d and %s is told as %d: %s", sample->status, sample->output,
			 (int)failure.code, failure.text);
}

static void tells_what_ssh_says(void **state)
{
	static const struct sample samples[] = {
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
	     "takes the connection and says nothing"},
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
	    {255, "slave@vpn.example: Permission denied (publickey).\r\n", EXIT_DENIED,
	     "does not accept the key"},
	    {255, "slave@vpn.example: Permission denied (publickey,password).\r\n",
	     EXIT_DENIED, "does not accept the key"},
	    {255,
	     "Load key \"/home/alice/.ssh/id_ed25519\": Permission denied\r\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "RunAs cannot read a private key"},
	    {255,
	     "Warning: Identity file /home/alice/.ssh/id_vpn not accessible: Permission "
	     "denied.\r\nslave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "RunAs may not look at the key"},
	    {255, "ssh: connect to host vpn.example port 22: Permission denied\r\n",
	     EXIT_NO_HOST, "this host cannot connect to vpn.example: check its routes"},
	    {255, "ssh: connect to host vpn.example port 22: Invalid argument\r\n",
	     EXIT_NO_HOST, "this host cannot connect to vpn.example: check its routes"},
	    {255, "exec request failed on channel 0\r\n", EXIT_LINK,
	     "vpn.example cannot start a process for the account"},
	    {255, ACCEPTS(95), EXIT_LINK, "takes the key and then ends the login"},
	    {255, ACCEPTS(95) "Connection closed by 198.51.100.1 port 22\r\n", EXIT_LINK,
	     "takes the key and then ends the login"},
	    /* The jump host's key is not the host's. */
	    {255, ACCEPTS(98), EXIT_LINK, "the ssh connection to vpn.example failed"},
	    {255,
	     "@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "that others can read"},
	    {255,
	     "Received disconnect from 198.51.100.1 port 22:2: Too many authentication "
	     "failures\r\nDisconnected from 198.51.100.1 port 22\r\n",
	     EXIT_DENIED, "IdentityFile"},
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
	    {255, "something nobody has heard of\r\n", EXIT_LINK,
	     "connection to vpn.example"},
	    {255, "", EXIT_LINK, "connection to vpn.example"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = false},
			    ssh_error_explain);
}

static void tells_what_the_agent_says(void **state)
{
	static const struct sample samples[] = {
	    {EXIT_BAD_REQUEST, "", EXIT_PROTOCOL, "does not understand"},
	    {EXIT_NO_PPP, "", EXIT_NO_PPP, "vpn.example has no PPP"},
	    {EXIT_INTERNAL, "", EXIT_PROTOCOL, "log"},
	    {EXIT_SYSTEM, "", EXIT_PROTOCOL, "log"},
	    {EXIT_BUSY, "", EXIT_BUSY, "no session free"},
	    {EXIT_DENIED, "", EXIT_DENIED, "policy of vpn.example denies"},
	    {EXIT_POLICY, "", EXIT_POLICY, "policy file on vpn.example"},
	    {127, "", EXIT_PROTOCOL, "vpn-agent"},
	    {126, "", EXIT_PROTOCOL, "cannot execute"},
	    {0, "", EXIT_LINK, "ended"},
	    {1, "", EXIT_LINK, "ended with an error"},
	    {-1, "", EXIT_LINK, "was killed"},
	    /* A remote that prints ssh's words is not ssh. */
	    {1, "Permission denied (publickey).\n", EXIT_LINK, "ended with an error"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = true},
			    ssh_error_explain);
}

/* The remote's command can say anything and exit with anything; what ssh says of a
 * connection that stands still counts. */
static void does_not_take_the_remote_for_ssh(void **state)
{
	static const struct {
		const char *output, *told;
		enum exit_code code;
	} samples[] = {
	    {"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n", "connection",
	     EXIT_LINK},
	    {"Host key verification failed.\n", "connection", EXIT_LINK},
	    {"REVOKED HOST KEY\n", "connection", EXIT_LINK},
	    {"Permission denied (publickey).\n", "connection", EXIT_LINK},
	    {"Too many authentication failures\n", "connection", EXIT_LINK},
	    {"Bad configuration option: x\n", "connection", EXIT_LINK},
	    {"Could not resolve hostname x\n", "connection", EXIT_LINK},
	    {"Permission denied (x)\nTimeout, server vpn.example not responding.\r\n",
	     "no longer answers", EXIT_LINK},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		const struct ssh_end end = {.status = 255,
					    .output = samples[i].output,
					    .session = true,
					    .host = "vpn.example"};
		struct failure failure;

		ssh_error_explain(&end, &failure);
		if (failure.code != samples[i].code ||
		    strstr(failure.text, samples[i].told) == NULL)
			fail_msg("%s is told as %d: %s", samples[i].output,
				 (int)failure.code, failure.text);
	}
}

/* Exit status 127 of a loader that has no memory is not the remote's. */
static void blames_this_host_for_what_it_lacks(void **state)
{
	static const char *const outputs[] = {
	    "ssh: error while loading shared libraries: libz.so.1: failed to map segment\n",
	    "socket: Too many open files\r\nssh: connect to host h port 22: failure\r\n",
	    "proxy dialer: fork: Resource temporarily unavailable\r\n",
	    "Read from remote host h: memory allocation failed\r\n",
	    "xreallocarray: out of memory (new_size 1024 bytes)\r\n",
	};
	static const int statuses[] = {127, 255, 255, 255, 255};
	struct failure failure;

	(void)state;
	for (size_t i = 0; i < COUNT(outputs); i++) {
		struct ssh_end end = {
		    .status = statuses[i], .output = outputs[i], .host = "vpn.example"};

		ssh_error_explain(&end, &failure);
		assert_int_equal(EXIT_SYSTEM, failure.code);
		assert_non_null(strstr(failure.text, "this host"));
		assert_null(strstr(failure.text, "vpn.example"));
		/* Once there is a session it may be the remote that says so. */
		end.session = true;
		ssh_error_explain(&end, &failure);
		assert_int_not_equal(EXIT_SYSTEM, failure.code);
	}
}

static void tells_why_there_are_no_routes(void **state)
{
	static const struct sample samples[] = {
	    {EXIT_DENIED, "", EXIT_DENIED, "denies routes to this peer"},
	    {EXIT_BUSY, "", EXIT_LINK, "other end of the link"},
	    {EXIT_SYSTEM, "", EXIT_PROTOCOL, "cannot add its routes"},
	    {255,
	     "mux_client_request_session: session request failed: Session open refused by "
	     "peer\r\nConnection closed by UNKNOWN port 65535\r\n",
	     EXIT_POLICY, "MaxSessions"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = true},
			    ssh_error_explain_routes);
}

/* Whoever is dropped before the login is told by whom, as far as it can be known. */
static void tells_who_drops_the_connection(void **state)
{
	static const struct sample samples[] = {
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
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = false},
			    ssh_error_explain);
}

/* A connection over a jump host has two that may fail. */
static void blames_the_host_that_failed(void **state)
{
#define ECHO EXCHANGE(95) "Connection closed by remote host\r\n"
	static const struct sample samples[] = {
	    {255,
	     HELLO(95) "ssh: connect to host bastion port 9: Connection refused\r\n" ECHO,
	     EXIT_NO_HOST, "the jump host bastion on the way to vpn.example refuses"},
	    {255,
	     HELLO(95) "ssh: Could not resolve hostname bastion: Name or service not "
		       "known\r\n" ECHO,
	     EXIT_NO_HOST, "the name of the jump host bastion"},
	    {255, HELLO(95) "hop@bastion: Permission denied (publickey).\r\n" ECHO,
	     EXIT_DENIED,
	     "the jump host bastion on the way to vpn.example does not accept"},
	    {255,
	     HELLO(95) HELLO(98) ACCEPTS(98) "hop@bastion: Permission denied "
					     "(publickey).\r\n" ECHO,
	     EXIT_POLICY,
	     "the jump host bastion on the way to vpn.example accepts the key"},
	    {255,
	     HELLO(95) "No ED25519 host key is known for bastion and you have requested "
		       "strict checking.\r\nHost key verification failed.\r\n" ECHO,
	     EXIT_DENIED, "host key of the jump host bastion"},
	    /* Untagged, and without a name: whoever spoke last. */
	    {255,
	     HELLO(95) JUMP_IS(98, "second") HELLO(98) JUMP_IS(99, "first")
		 HELLO(99) "Host key verification failed.\r\n" EXCHANGE(
		     98) "Connection closed by remote host\r\n" ECHO,
	     EXIT_DENIED, "host key of the jump host first on the way to vpn.example"},
	    {255,
	     HELLO(95) JUMP_IS(98, "second") HELLO(98) JUMP_IS(99, "first") HELLO(99)
		 HELLO(98) "Host key verification failed.\r\n" ECHO,
	     EXIT_DENIED, "host key of the jump host second on the way to vpn.example"},
	    /* What one jump host says of the next. */
	    {255,
	     JUMP_IS(98, "second") JUMP_IS(
		 99, "first") "channels.c:channel_input_open_failure():3593 (pid=99): "
			      "channel 0: open "
			      "failed: connect failed: Connection refused\r\n" EXCHANGE(
				  98) "Connection closed by remote host\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host reaches the jump host second on the way to"},
	    /* Its name is a stranger's word. */
	    {255,
	     JUMP_IS(98, "a\033[2Jb") HELLO(98)
		 EXCHANGE(98) "Connection closed by remote host\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host on the way to vpn.example ended"},
	    /* Without tags, as of an ssh that has no LogVerbose. */
	    {255,
	     "hop@bastion: Permission denied (publickey).\r\n"
	     "kex_exchange_identification: Connection closed by remote host\r\n"
	     "Connection closed by UNKNOWN port 65535\r\n",
	     EXIT_DENIED, "the jump host bastion"},
	    {255,
	     HELLO(95) "channel 0: open failed: connect failed: Connection refused\r\n"
		       "stdio forwarding failed\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host reaches vpn.example, which refuses"},
	    {255,
	     HELLO(95) "channel 0: open failed: connect failed: Name or service not "
		       "known\r\nstdio forwarding failed\r\n" ECHO,
	     EXIT_NO_HOST, "a jump host cannot connect to vpn.example"},
	    {255,
	     HELLO(95) "channel 0: open failed: administratively prohibited: open "
		       "failed\r\nstdio forwarding failed\r\n" ECHO,
	     EXIT_DENIED, "AllowTcpForwarding"},
	    /* The jump host let it through: the host itself says no. */
	    {255,
	     HELLO(98) ACCEPTS(98)
		 HELLO(95) "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_DENIED, "vpn.example does not accept the key"},
	    {255,
	     HELLO(98) ACCEPTS(98) HELLO(95) ACCEPTS(95) "slave@vpn.example: Permission "
							 "denied (publickey).\r\n",
	     EXIT_POLICY, "vpn.example accepts the key, but ssh cannot use it"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = false},
			    ssh_error_explain);
}

static void blames_the_key_that_cannot_be_used(void **state)
{
	static const struct sample samples[] = {
	    {255,
	     HELLO(95) ACCEPTS(95) "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "its passphrase must be in an agent"},
	    /* The key was good; what else is wanted is not there. */
	    {255,
	     HELLO(95) ACCEPTS(
		 95) "slave@vpn.example: Permission denied (keyboard-interactive).\r\n",
	     EXIT_DENIED, "does not accept"},
	    {255,
	     "Warning: Identity file /etc/key not accessible: No such file or directory.\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "there is no key where IdentityFile"},
	    {255,
	     "sign_and_send_pubkey: signing failed for ED25519 \"/home/alice/.ssh/id\" "
	     "from "
	     "agent: agent refused operation\r\n"
	     "slave@vpn.example: Permission denied (publickey).\r\n",
	     EXIT_POLICY, "agent of RunAs did not sign"},
	    /* What became of the network comes before that. */
	    {255,
	     "Warning: Identity file /etc/key not accessible: No such file or directory.\n"
	     "ssh: connect to host vpn.example port 22: Connection refused\r\n",
	     EXIT_NO_HOST, "refuses"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = false},
			    ssh_error_explain);
}

/* After its ready line the remote's exit status is that of what it launched. */
static void tells_how_the_remote_s_ppp_ended(void **state)
{
	static const struct sample samples[] = {
	    {0, "", EXIT_LINK, "ppptun on vpn.example ended the link"},
	    {1, "", EXIT_PROTOCOL, "ppptun on vpn.example failed"},
	    {3, "", EXIT_PROTOCOL, "ppptun on vpn.example may not use its TUN device"},
	    {4, "", EXIT_NO_PPP, "modprobe tun"},
	    {5, "", EXIT_LINK, "ppptun on vpn.example was told to end"},
	    {15, "", EXIT_LINK, "ppptun on vpn.example got no answer"},
	    {16, "", EXIT_LINK, "hung up"},
	    {42, "", EXIT_LINK, "ppptun on vpn.example ended with exit status 42"},
	    /* sshd has no status to hand on. */
	    {255, "", EXIT_LINK, "the PPP program on vpn.example was killed"},
	    {255, "Timeout, server vpn.example not responding.\r\n", EXIT_LINK,
	     "no longer answers"},
	    {EXIT_SYSTEM, "", EXIT_PROTOCOL, "the agent on vpn.example"},
	};
	static const struct sample of_pppd = {4, "", EXIT_NO_PPP, "modprobe ppp_generic"};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i],
			    (struct ssh_end){.session = true, .launched = PPP_PPPTUN},
			    ssh_error_explain);
	assert_told(&of_pppd, (struct ssh_end){.session = true, .launched = PPP_PPPD},
		    ssh_error_explain);
}

/* Before the login there is nothing that the remote could have said. */
/*
 * Whoever answers, and be it somebody on the way, speaks before its host key is known: in
 * place of its name, and with new lines in what ssh quotes. It neither ends the link for
 * good, nor blames this host or its user, nor hides the warning of a wrong host key.
 */
static void does_not_take_the_other_end_s_words_for_ssh_s(void **state)
{
#define DISCONNECT "Received disconnect from 192.0.2.1 port 22:2: "
	static const struct sample samples[] = {
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
	    /* That one it is to say. */
	    {255, HELLO(95) DISCONNECT "Too many authentication failures\r\n", EXIT_DENIED,
	     "does not want to see more keys"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = false},
			    ssh_error_explain);
}

static void does_not_blame_the_remote_before_it_has_answered(void **state)
{
	static const int statuses[] = {1, 126, 127, 134, 254};

	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		const struct sample sample = {statuses[i], "ssh: cannot run\n", EXIT_SYSTEM,
					      "does it run on this host, for RunAs?"};

		assert_told(&sample, (struct ssh_end){.session = false}, ssh_error_explain);
	}
}

static void appends_the_last_line(void **state)
{
	const struct ssh_end end = {.status = 77,
				    .output = "sallyport: denied (id 1)\r\n" ACCEPTS(95),
				    .host = "h"};
	struct failure failure;

	(void)state;
	ssh_error_explain(&end, &failure);
	assert_non_null(strstr(failure.text, "[\"sallyport: denied (id 1)\"]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_ssh_says),
	    cmocka_unit_test(tells_what_the_agent_says),
	    cmocka_unit_test(does_not_take_the_remote_for_ssh),
	    cmocka_unit_test(blames_this_host_for_what_it_lacks),
	    cmocka_unit_test(tells_why_there_are_no_routes),
	    cmocka_unit_test(tells_who_drops_the_connection),
	    cmocka_unit_test(blames_the_host_that_failed),
	    cmocka_unit_test(blames_the_key_that_cannot_be_used),
	    cmocka_unit_test(tells_how_the_remote_s_ppp_ended),
	    cmocka_unit_test(does_not_take_the_other_end_s_words_for_ssh_s),
	    cmocka_unit_test(does_not_blame_the_remote_before_it_has_answered),
	    cmocka_unit_test(appends_the_last_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
