/* SPDX-License-Identifier: ISC */
/* How this side's PPP program ended, in words that name it and what it lacks. */
#include <signal.h>
#include <string.h>

#include "local/ppp_program.h"
#include "unit.h"

static void names_the_program_and_what_it_lacks(void **state)
{
	static const struct {
		enum ppp_engine engine;
		int code, status;
		enum exit_code expected;
		const char *told;
	} samples[] = {
	    {PPP_PPPTUN, CLD_KILLED, SIGKILL, EXIT_LINK, "ppptun was killed (signal 9)"},
	    {PPP_PPPD, CLD_KILLED, SIGKILL, EXIT_LINK, "pppd was killed (signal 9)"},
	    {PPP_PPPTUN, CLD_EXITED, 4, EXIT_NO_PPP,
	     "ppptun finds no TUN here: modprobe tun,"},
	    {PPP_PPPD, CLD_EXITED, 4, EXIT_NO_PPP,
	     "pppd says that this kernel has no PPP: modprobe ppp_generic"},
	    {PPP_PPPTUN, CLD_EXITED, 3, EXIT_SYSTEM, "/dev/net/tun must have mode 0666"},
	    {PPP_PPPTUN, CLD_EXITED, 2, EXIT_SYSTEM, "ppptun rejected its options"},
	    {PPP_PPPTUN, CLD_EXITED, 5, EXIT_LINK, "ppptun was told to end"},
	    {PPP_PPPTUN, CLD_EXITED, 99, EXIT_LINK, "ppptun ended (exit status 99)"},
	    {PPP_PPPD, CLD_EXITED, 16, EXIT_LINK, "the line under PPP was hung up"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct process process = PROCESS_NONE;
		struct failure failure;

		process.code = samples[i].code;
		process.status = samples[i].status;
		assert_int_equal(-1,
				 ppp_explain(&process, samples[i].engine, "", &failure));
		if (failure.code != samples[i].expected ||
		    strstr(failure.text, samples[i].told) == NULL)
			fail_msg("%d, %d, is told as %d: %s", (int)samples[i].engine,
				 samples[i].status, (int)failure.code, failure.text);
	}
}

/* pppd exits as after a hangup when ssh ends while it is ending the link itself. */
static void tells_pppd_s_own_reason_rather_than_the_hangup(void **state)
{
	static const struct {
		enum ppp_engine engine;
		int status;
		const char *line, *told;
	} samples[] = {
	    {PPP_PPPD, 16, "\"No response to 3 echo-requests\"",
	     "the remote's PPP no longer answers (exit status 16) [\"No response"},
	    {PPP_PPPD, 16, "\"LCP: timeout sending Config-Requests\"",
	     "the two ends do not agree"},
	    {PPP_PPPD, 16, "\"peer refused to authenticate: terminating link\"",
	     "requires authentication"},
	    {PPP_PPPD, 16, "\"Could not determine local IP address\"",
	     "the two ends do not agree"},
	    {PPP_PPPD, 16, "\"Modem hangup\"", "the line under PPP was hung up"},
	    {PPP_PPPD, 5, "\"No response to 3 echo-requests\"", "pppd was told to end"},
	    {PPP_PPPTUN, 16, "\"No response to 3 echo-requests\"",
	     "the line under PPP was hung up"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct process process = PROCESS_NONE;
		struct failure failure;

		process.code = CLD_EXITED;
		process.status = samples[i].status;
		ppp_explain(&process, samples[i].engine, samples[i].line, &failure);
		assert_non_null(strstr(failure.text, samples[i].told));
	}
}

/* What is ppptun's must not be said of pppd, and the other way round. */
static void never_names_the_other_program(void **state)
{
	(void)state;
	for (int status = 0; status < 32; status++) {
		struct process process = PROCESS_NONE;
		struct failure failure;

		process.code = CLD_EXITED;
		process.status = status;
		ppp_explain(&process, PPP_PPPTUN, "", &failure);
		assert_null(strstr(failure.text, "pppd"));
		assert_null(strstr(failure.text, "ppp_"));
		ppp_explain(&process, PPP_PPPD, "", &failure);
		assert_null(strstr(failure.text, "tun"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_the_program_and_what_it_lacks),
	    cmocka_unit_test(tells_pppd_s_own_reason_rather_than_the_hangup),
	    cmocka_unit_test(never_names_the_other_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
