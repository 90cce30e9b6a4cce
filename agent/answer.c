/* SPDX-License-Identifier: ISC */
/* What a client is told: the ready line, or its peer's status. */
#include <unistd.h>

#include "agent/agent.h"
#include "agent/session_link.h"

static int text_send(const struct text *text, int fd)
{
	size_t sent = 0;

	if (text->overflow)
		return -1;
	while (sent < text->used) {
		const ssize_t len = write(fd, text->bytes + sent, text->used - sent);

		if (len <= 0)
			return -1;
		sent += (size_t)len;
	}
	return 0;
}

void agent_tell_ready(const struct agent *agent)
{
	static struct text text;

	agent_print_ready(agent, &text);
	if (text_send(&text, STDOUT_FILENO) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "the client does not take the ready line");
}

/* With the sessions known there is nothing left to do that needs a right. */
static void confine_answer(struct agent *agent)
{
	struct policy_error err = {0};

	agent_shape_confinement(agent, false);
	if (confine_apply(&agent->confine, &agent->report, &err) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "confinement: %s", err.text);
	agent_record(agent, "-", "-");
}

static unsigned held_slots(const struct agent *agent)
{
	struct policy_error err = {0};
	const int fd = session_open(agent->account.gid, &err);
	unsigned held;

	if (fd < 0)
		agent_refuse(agent, EXIT_SYSTEM, "%s", err.text);
	held = session_slots(fd, &agent->peer);
	close(fd);
	return held;
}

/* Its name is policy's; how it stands is the kernel's word. */
static void add_interface(const struct agent *agent, const struct session_link *link,
			  struct text *text)
{
	text_add(text, " interface=%s state=%s", link->interface,
		 session_link_word(link->state));
	for (size_t i = 0, told = 0; i < agent->peer.nroutes; i++) {
		char prefix[PREFIX_TEXT_MAX];

		if (link->routes[i])
			text_add(text, "%s%s", told++ == 0 ? " routes=" : ",",
				 ip_prefix_print(&agent->peer.routes[i].prefix, prefix));
	}
}

void agent_answer(struct agent *agent)
{
	static struct text text;
	static struct session_link links[SESSIONS_MAX];
	const unsigned held = held_slots(agent);
	struct policy_error err;

	if (session_links_read(&agent->peer, held, links, &err) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "%s", err.text);
	text_add(&text, "sallyport/1 status peer=%s sessions=%d/%u", agent->peer.name,
		 __builtin_popcount(held), agent->peer.sessions);
	for (unsigned slot = 0; slot < agent->peer.sessions; slot++)
		if ((held & 1u << slot) != 0)
			add_interface(agent, &links[slot], &text);
	text_add(&text, "\n");
	confine_answer(agent);
	if (text_send(&text, STDOUT_FILENO) != 0)
		agent_refuse(agent, EXIT_SYSTEM, "the client does not take the answer");
	_exit(EXIT_DONE);
}
