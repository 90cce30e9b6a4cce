/* SPDX-License-Identifier: ISC */
/* What a client is told: the ready line, or its peer's status. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/base/descriptors.h"
#include "agent/core/session.h"
#include "agent/session_link.h"

static int send_text(const struct text *text)
{
	errno = EOVERFLOW;
	return text->overflow ? -1
			      : descriptors_write(STDOUT_FILENO, text->bytes, text->used);
}

/* errno says whether the client went away: a pipe without a reader, or a terminal that was
 * hung up. */
__attribute__((noreturn)) static void refuse_untaken(const struct login *login,
						     const char *what)
{
	if (errno == EPIPE || errno == EIO)
		agent_refuse(login, EXIT_SYSTEM, "the client went away before it read %s",
			     what);
	agent_refuse(login, EXIT_SYSTEM, "cannot send %s: %s", what,
		     strerrordesc_np(errno));
}

void agent_tell_ready(const struct login *login)
{
	static struct text text;

	login_print_ready(login, &text);
	if (send_text(&text) != 0)
		refuse_untaken(login, "the ready line");
}

/* Once the sessions are known, or the service is connected to, nothing that is left to do
 * needs a right. */
void agent_confine_answer(struct login *login)
{
	struct error err = {0};

	login_shape_confinement(login, false);
	if (confine_apply(&login->confine, &login->report, &err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "confinement: %s", err.text);
}

static unsigned held_slots(const struct login *login)
{
	struct error err = {0};
	const int fd = session_open(login->account.gid, &err);
	unsigned held;

	if (fd < 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
	held = session_slots(fd, &login->peer);
	close(fd);
	return held;
}

/* Policy gives its name, the kernel its state. */
static void add_interface(const struct login *login, const struct session_link *link,
			  struct text *text)
{
	text_add(text, " interface=%s state=%s", link->interface,
		 session_link_word(link->state));
	for (size_t i = 0, told = 0; i < login->peer.nroutes; i++) {
		char prefix[PREFIX_TEXT_MAX];

		if (link->routes[i])
			text_add(text, "%s%s", told++ == 0 ? " routes=" : ",",
				 ip_prefix_print(&login->peer.routes[i].prefix, prefix));
	}
}

void agent_answer(struct login *login)
{
	static struct text text;
	static struct session_link links[SESSIONS_MAX];
	const unsigned held = held_slots(login);
	struct error err;

	if (session_links_read(&login->peer, held, links, &err) != 0)
		agent_refuse(login, EXIT_SYSTEM, "%s", err.text);
	text_add(&text, "sallyport/1 status peer=%s sessions=%d/%u", login->peer.name,
		 __builtin_popcount(held), login->peer.sessions);
	for (unsigned slot = 0; slot < login->peer.sessions; slot++)
		if ((held & 1u << slot) != 0)
			add_interface(login, &links[slot], &text);
	text_add(&text, "\n");
	agent_confine_answer(login);
	agent_record(login, "-", "-");
	if (send_text(&text) != 0)
		refuse_untaken(login, "the answer");
	_exit(EXIT_DONE);
}
