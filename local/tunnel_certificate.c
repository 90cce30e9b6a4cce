/* SPDX-License-Identifier: ISC */
/* A remote that does not take the key says no more than that. Whether it is the certificate
 * is for this side to see. */
#include "local/tunnel.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "local/ssh_view.h"

/* The one that is at fault, and otherwise the first. */
static bool find_fault(const struct ssh_view *view, char text[SSH_CERTIFICATE_TEXT_MAX])
{
	for (unsigned i = 0; i < view->ncertificates; i++)
		if (ssh_certificate_judge(&view->certificates[i], time(NULL), text))
			return true;
	if (view->ncertificates == 0)
		return false;
	(void)ssh_certificate_judge(&view->certificates[0], time(NULL), text);
	return true;
}

void tunnel_add_certificate(struct tunnel *tunnel)
{
	static struct ssh_view view;
	struct failure *failure = &tunnel->failure;
	const size_t used = strlen(failure->text);
	char text[SSH_CERTIFICATE_TEXT_MAX];
	struct error err;

	if (used + sizeof text + sizeof "; its certificate " > sizeof failure->text ||
	    ssh_view_find(tunnel->profile, tunnel->host, &tunnel->account, &tunnel->env,
			  &view, &err) != 0 ||
	    !find_fault(&view, text))
		return;
	snprintf(failure->text + used, sizeof failure->text - used, "; its certificate %s",
		 text);
}
