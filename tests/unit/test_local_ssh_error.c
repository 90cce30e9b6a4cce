/* SPDX-License-Identifier: ISC */
/* What ssh's exit statuses are told as: its own, the agent's, and those of what that
 * launched. */
#include <stdio.h>
#include <string.h>

#include "local/output.h"
#include "local/retry.h"
#include "local/ssh_said.h"
#include "tests/unit/ssh_told.h"

static void tells_what_the_agent_says(void **state)
{
	static const struct ssh_sample samples[] = {
	    {EXIT_BAD_REQUEST, "", EXIT_PROTOCOL, "does not understand"},
	    {EXIT_NO_PPP, "", EXIT_NO_PPP, "vpn.example has no PPP"},
	    {EXIT_INTERNAL, "", EXIT_PROTOCOL, "log"},
	    {EXIT_SYSTEM, "", EXIT_PROTOCOL, "log"},
	    {EXIT_BUSY, "", EXIT_BUSY, "no session free"},
	    {EXIT_BUSY, "sallyport: busy: the clients of all sessions answer (id 1)\n",
	     EXIT_BUSY, "another client with this key is connected to vpn.example"},
	    {EXIT_DENIED, "", EXIT_DENIED, "policy of vpn.example denies"},
	    {EXIT_POLICY, "", EXIT_POLICY, "policy file on vpn.example"},
	    {EXIT_POLICY, "sallyport: no file for this peer on this host (id 1)\n",
	     EXIT_POLICY, "vpn.example has no file for this peer: ask its administrator"},
	    {EXIT_DENIED,
	     "sallyport: denied: the one-time key was used, taken back or has ended (id "
	     "1)\n",
	     EXIT_DENIED, "vpn.example takes no key with this invitation"},
	    {EXIT_SYSTEM, "sallyport: no room on a disk there (id 1)\n", EXIT_PROTOCOL,
	     "vpn.example has no room on its disk"},
	    {127, "", EXIT_PROTOCOL, "vpn-agent"},
	    {126, "", EXIT_PROTOCOL, "cannot execute"},
	    {0, "", EXIT_LINK, "ended"},
	    {1, "", EXIT_LINK, "ended with an error"},
	    {-1, "", EXIT_LINK, "was killed"},
	    /* A remote that prints ssh's words is not ssh. */
	    {1, "Permission denied (publickey).\n", EXIT_LINK, "ended with an error"},
	};

	(void)state;
	assert_all_told(samples, COUNT(samples), IN_SESSION);
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
	static const struct ssh_sample samples[] = {
	    {EXIT_DENIED, "", EXIT_DENIED, "denies routes to this peer"},
	    {EXIT_BUSY, "", EXIT_LINK, "other end of the link"},
	    {EXIT_SYSTEM, "", EXIT_PROTOCOL, "cannot add its routes"},
	    {255,
	     "mux_client_request_session: session request failed: Session open refused by "
	     "peer\r\nConnection closed by UNKNOWN port 65535\r\n",
	     EXIT_POLICY, "MaxSessions"},
	};

	/* What goes over a connection that stands says at its end that there was no other.
	 */
	static const struct ssh_sample shared = {
	    255,
	    "mux_client_request_session: session request failed: Session open refused by "
	    "peer\r\n" EXCHANGE_NEW(95) "Connection closed by remote host\r\n" FATAL(
		95) "Connection closed by UNKNOWN port 65535\r\n",
	    EXIT_POLICY, "the sshd of vpn.example allows one session"};

	(void)state;
	assert_told(&shared, (struct ssh_end){.session = true, .shared = true},
		    ssh_error_explain_routes);
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i], (struct ssh_end){.session = true},
			    ssh_error_explain_routes);
}

/* After its ready line the remote's exit status is that of what it launched. */
static void tells_how_the_remote_s_ppp_ended(void **state)
{
	static const struct ssh_sample samples[] = {
	    {0, "", EXIT_LINK, "ppptun on vpn.example ended the link"},
	    {1, "", EXIT_PROTOCOL, "ppptun on vpn.example failed"},
	    {3, "", EXIT_PROTOCOL, "ppptun on vpn.example may not use its TUN device"},
	    {4, "", EXIT_NO_PPP, "modprobe tun"},
	    {5, "", EXIT_LINK, "ppptun on vpn.example was told to end"},
	    {15, "", EXIT_LINK, "ppptun on vpn.example got no more answers"},
	    {16, "", EXIT_LINK, "hung up"},
	    {42, "", EXIT_LINK, "ppptun on vpn.example ended with exit status 42"},
	    /* sshd has no status to hand on. */
	    {255, "", EXIT_LINK, "the PPP program on vpn.example was killed"},
	    {255, "Timeout, server vpn.example not responding.\r\n", EXIT_LINK,
	     "no longer answers"},
	    {EXIT_SYSTEM, "", EXIT_PROTOCOL, "the agent on vpn.example"},
	};
	static const struct ssh_sample of_pppd = {4, "", EXIT_NO_PPP,
						  "modprobe ppp_generic"};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		assert_told(&samples[i],
			    (struct ssh_end){.session = true, .launched = PPP_PPPTUN},
			    ssh_error_explain);
	assert_told(&of_pppd, (struct ssh_end){.session = true, .launched = PPP_PPPD},
		    ssh_error_explain);
}

/* Before the login there is nothing that the remote could have said. */
static void does_not_blame_the_remote_before_it_has_answered(void **state)
{
	static const int statuses[] = {1, 126, 127, 134, 254};

	(void)state;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		const struct ssh_sample sample = {statuses[i], "ssh: cannot run\n",
						  EXIT_SYSTEM,
						  "can RunAs run it on this host?"};

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

/* Whatever a server says and exits with in a session: it must not end the trying. */
static void no_session_is_told_as_a_fault_of_the_profile(void **state)
{
	static const char *const outputs[] = {
	    "", "Bad configuration option: x\n", "UNPROTECTED PRIVATE KEY FILE\n",
	    "Session open refused by peer\n",
	    "sallyport: policy error on this host (id 1)\n"};
	static const enum ppp_engine launched[] = {PPP_AUTO, PPP_PPPD, PPP_PPPTUN};
	struct failure failure;

	(void)state;
	for (int status = -1; status <= 255; status++)
		for (size_t i = 0; i < COUNT(outputs); i++)
			for (size_t j = 0; j < COUNT(launched); j++) {
				const struct ssh_end end = {.status = status,
							    .pid = OURS,
							    .output = outputs[i],
							    .session = true,
							    .launched = launched[j],
							    .host = "vpn.example"};

				ssh_error_explain(&end, &failure);
				if (!retry_helps(failure.blame))
					fail_msg("%d, \"%s\" ends it: %s", status,
						 outputs[i], failure.text);
			}
}

/* What to do stands at the end of a sentence: with the longest names and the longest line.
 */
static void tells_long_names_whole(void **state)
{
	static const int statuses[] = {EXIT_BAD_REQUEST, EXIT_NO_PPP, EXIT_INTERNAL,
				       EXIT_SYSTEM,	 EXIT_BUSY,   EXIT_DENIED,
				       EXIT_POLICY,	 126,	      127};
	char host[SSH_SAID_HOST_MAX], said[2 * QUOTED_LINE_MAX];
	struct failure failure;

	(void)state;
	memset(host, 'h', sizeof(host));
	host[sizeof(host) - 1] = '\0';
	memset(said, 's', sizeof(said));
	said[sizeof(said) - 1] = '\0';
	for (size_t i = 0; i < COUNT(statuses); i++) {
		const struct ssh_end end = {
		    .status = statuses[i], .output = said, .session = true, .host = host};
		size_t len;

		ssh_error_explain(&end, &failure);
		len = strlen(failure.text);
		/* The line is cut, and says so; the sentence is not. */
		assert_non_null(strstr(failure.text, host));
		if (len < 6 || strcmp(failure.text + len - 6, "s\"...]") != 0)
			fail_msg("%d is told as: %s", statuses[i], failure.text);
	}
}

/* The longest sentence, of the longest jump host on the way to the longest host. */
static void tells_two_long_names_whole(void **state)
{
	char host[SSH_SAID_HOST_MAX], jump[SSH_SAID_HOST_MAX], said[4 * SSH_SAID_HOST_MAX];
	const struct ssh_end end = {
	    .status = 255, .pid = OURS, .output = said, .host = host};
	struct failure failure;

	(void)state;
	memset(host, 'h', sizeof(host));
	memset(jump, 'j', sizeof(jump));
	host[sizeof(host) - 1] = jump[sizeof(jump) - 1] = '\0';
	snprintf(said, sizeof(said),
		 HELLO(95) "jump-ssh: process 98 is for %s\n" HELLO(98)
		     BANNER(98, "Not allowed at this time")
			 EXCHANGE(98) "Connection closed by remote host\r\n" ECHO,
		 jump);
	ssh_error_explain(&end, &failure);
	if (strstr(failure.text, host) == NULL || strstr(failure.text, jump) == NULL)
		fail_msg("%s is told as: %s", said, failure.text);
	assert_non_null(strstr(failure.text, "PerSourcePenaltyExemptList) ["));
	assert_int_equal(']', failure.text[strlen(failure.text) - 1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tells_what_the_agent_says),
	    cmocka_unit_test(does_not_take_the_remote_for_ssh),
	    cmocka_unit_test(blames_this_host_for_what_it_lacks),
	    cmocka_unit_test(tells_why_there_are_no_routes),
	    cmocka_unit_test(tells_how_the_remote_s_ppp_ended),
	    cmocka_unit_test(does_not_blame_the_remote_before_it_has_answered),
	    cmocka_unit_test(appends_the_last_line),
	    cmocka_unit_test(no_session_is_told_as_a_fault_of_the_profile),
	    cmocka_unit_test(tells_long_names_whole),
	    cmocka_unit_test(tells_two_long_names_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
