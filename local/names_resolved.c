/* SPDX-License-Identifier: ISC */
/* systemd-resolved, over the system bus: org.freedesktop.resolve1(5). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "agent/base/deadline.h"
#include "local/names.h"
#include "policy/language/escape.h"

#define SYSTEM_BUS    "unix:path=/run/dbus/system_bus_socket"
#define RESOLVED      "org.freedesktop.resolve1"
#define RESOLVED_PATH "/org/freedesktop/resolve1"
#define MANAGER	      RESOLVED ".Manager"
#define LINK	      RESOLVED ".Link"
#define NO_SUCH_LINK  RESOLVED ".NoSuchLink"
#define BUS	      "org.freedesktop.DBus"
#define BUS_PATH      "/org/freedesktop/DBus"
#define NAME_OWNER_RULE                                                                    \
	"type='signal',sender='" BUS "',interface='" BUS "',member='NameOwnerChanged',"    \
	"arg0='" RESOLVED "'"

enum {
	MS_US = 1000,
	IPV4_BYTES = 4,
	IPV6_BYTES = 16,
	/* Of an answer that says no. */
	SAID_MAX = ERROR_TEXT_MAX / 2,
};

/* Until the bus has let us in: a daemon that hangs is not waited for. */
static int await_ready(sd_bus *bus, int64_t deadline)
{
	for (;;) {
		const int64_t left = deadline - monotonic_ms();
		int code = sd_bus_is_ready(bus);

		if (code != 0)
			return code;
		if (left <= 0)
			return -ETIMEDOUT;
		code = sd_bus_process(bus, NULL);
		if (code == 0)
			code = sd_bus_wait(bus, (uint64_t)left * MS_US);
		if (code < 0 && code != -EINTR)
			return code;
	}
}

void resolved_begin(struct names_bus *bus)
{
	bus->deadline = monotonic_ms() + NAMES_MS;
}

int resolved_connect(struct names_bus *bus, struct error *err)
{
	int code = sd_bus_new(&bus->bus);

	if (code >= 0)
		code = sd_bus_set_address(bus->bus, SYSTEM_BUS);
	if (code >= 0)
		code = sd_bus_set_bus_client(bus->bus, 1);
	if (code >= 0)
		code = sd_bus_start(bus->bus);
	if (code >= 0)
		code = await_ready(bus->bus, bus->deadline);
	if (code >= 0)
		return 0;
	bus->bus = sd_bus_unref(bus->bus);
	return error_sys(err, -code, "cannot reach the system bus");
}

void resolved_close(struct names_bus *bus)
{
	bus->bus = sd_bus_close_unref(bus->bus);
}

/* Each call has what is left of the time of all: 0, or a negative errno. */
static int limit(const struct names_bus *bus)
{
	const int64_t left = bus->deadline - monotonic_ms();

	if (bus->bus == NULL)
		return -ENOTCONN;
	return left > 0 ? sd_bus_set_method_call_timeout(bus->bus, (uint64_t)left * MS_US)
			: -ETIMEDOUT;
}

/* A call of the manager that starts nobody. */
static int new_call(const struct names_bus *bus, const char *method, sd_bus_message **call)
{
	int code = sd_bus_message_new_method_call(bus->bus, call, RESOLVED, RESOLVED_PATH,
						  MANAGER, method);

	return code < 0 ? code : sd_bus_message_set_auto_start(*call, 0);
}

static bool is_lost(int code)
{
	return code == -ENOTCONN || code == -ECONNRESET || code == -EPIPE ||
	       code == -ESHUTDOWN;
}

/* What the bus or systemd-resolved says is not ours. */
static int explain(int code, const sd_bus_error *refused, const char *method,
		   struct error *err)
{
	const char *const said =
	    refused->message != NULL ? refused->message : strerrordesc_np(-code);
	char quoted[SAID_MAX];

	if (code == -ETIMEDOUT)
		return error_code(err, ETIMEDOUT,
				  "systemd-resolved has not answered in %d seconds",
				  NAMES_MS / 1000);
	if (is_lost(code))
		return error_code(err, ENOTCONN, "the system bus has ended the connection");
	return error_code(err,
			  sd_bus_error_has_name(refused, NO_SUCH_LINK) ? ENODEV : -code,
			  "systemd-resolved does not take %s: %s", method,
			  escape_quoted(said, strlen(said), quoted, sizeof quoted));
}

/* An interface that it does not know may be new to it, or gone. */
static int explain_link(int index, struct error *err)
{
	char name[IF_NAMESIZE];

	if (err->sys != ENODEV)
		return -1;
	return if_indextoname((unsigned)index, name) == NULL
		   ? error_code(err, ENXIO, "the interface is gone")
		   : error_code(err, ENODEV,
				"systemd-resolved does not know the interface");
}

/* Sends it and frees it; code: how its making went. 0, or -1 with *err. */
static int send_call(const struct names_bus *bus, sd_bus_message *call, int code,
		     const char *method, sd_bus_message **reply, struct error *err)
{
	sd_bus_error refused = SD_BUS_ERROR_NULL;

	if (code >= 0)
		code = limit(bus);
	if (code >= 0)
		code = sd_bus_call(bus->bus, call, 0, &refused, reply);
	if (code < 0)
		explain(code, &refused, method, err);
	sd_bus_error_free(&refused);
	sd_bus_message_unref(call);
	return code < 0 ? -1 : 0;
}

int resolved_runs(const struct names_bus *bus, bool *runs, struct error *err)
{
	sd_bus_message *call = NULL, *reply = NULL;
	int owned = 0, code = sd_bus_message_new_method_call(bus->bus, &call, BUS, BUS_PATH,
							     BUS, "NameHasOwner");

	if (code >= 0)
		code = sd_bus_message_append(call, "s", RESOLVED);
	code = send_call(bus, call, code, "NameHasOwner", &reply, err);
	if (code == 0)
		(void)sd_bus_message_read(reply, "b", &owned);
	sd_bus_message_unref(reply);
	*runs = owned != 0;
	return code;
}

/* What the link is called on the bus; the caller frees *out. */
static int find_link(const struct names_bus *bus, int index, char **out, struct error *err)
{
	sd_bus_message *call = NULL, *reply = NULL;
	const char *path = NULL;
	int code = new_call(bus, "GetLink", &call);

	*out = NULL;
	if (code >= 0)
		code = sd_bus_message_append(call, "i", index);
	if (send_call(bus, call, code, "GetLink", &reply, err) == 0) {
		code = sd_bus_message_read(reply, "o", &path);
		*out = code < 0 ? NULL : strdup(path);
		if (*out == NULL)
			error_set(err, "systemd-resolved does not tell of the link");
	}
	sd_bus_message_unref(reply);
	return *out == NULL ? -1 : 0;
}

static int get_property(const struct names_bus *bus, const char *path, const char *name,
			const char *type, sd_bus_message **reply, struct error *err)
{
	sd_bus_message *call = NULL;
	int code = sd_bus_message_new_method_call(bus->bus, &call, RESOLVED, path,
						  BUS ".Properties", "Get");

	if (code >= 0)
		code = sd_bus_message_set_auto_start(call, 0);
	if (code >= 0)
		code = sd_bus_message_append(call, "ss", LINK, name);
	if (send_call(bus, call, code, name, reply, err) != 0)
		return -1;
	code = sd_bus_message_enter_container(*reply, 'v', type);
	return code < 0 ? error_sys(err, -code, "systemd-resolved does not tell %s", name)
			: 0;
}

/* What does not fit is not ours. */
static int read_servers(sd_bus_message *reply, struct names_found *out)
{
	int code = sd_bus_message_enter_container(reply, 'a', "(iay)");

	while (code >= 0 &&
	       (code = sd_bus_message_enter_container(reply, 'r', "iay")) > 0) {
		struct ip_addr addr = {.family = AF_UNSPEC};
		const void *bytes;
		int32_t family;
		size_t size = 0;

		code = sd_bus_message_read(reply, "i", &family);
		if (code >= 0)
			code = sd_bus_message_read_array(reply, 'y', &bytes, &size);
		if (code >= 0)
			code = sd_bus_message_exit_container(reply);
		if (code < 0 || size > sizeof addr.bytes ||
		    out->nservers == RESOLV_SERVERS_MAX)
			continue;
		addr.family = (sa_family_t)family;
		memcpy(addr.bytes, bytes, size);
		if (ip_addr_sane(&addr))
			out->servers[out->nservers++] = addr;
	}
	return code;
}

static int read_domains(sd_bus_message *reply, struct names_found *out)
{
	int code = sd_bus_message_enter_container(reply, 'a', "(sb)");
	const char *domain, *why;
	int routed;

	while (code >= 0 &&
	       (code = sd_bus_message_read(reply, "(sb)", &domain, &routed)) > 0) {
		char *const to = out->domains[out->ndomains];

		if (out->ndomains < RESOLV_DOMAINS_MAX &&
		    snprintf(to, DOMAIN_TEXT_MAX, "%s%s", routed != 0 ? "~" : "", domain) <
			DOMAIN_TEXT_MAX &&
		    domain_check(to, &why) == 0)
			out->ndomains++;
	}
	return code;
}

static int read_default(sd_bus_message *reply, struct names_found *out)
{
	int value = 0;
	const int code = sd_bus_message_read(reply, "b", &value);

	out->asks_rest = value != 0;
	return code;
}

int resolved_read(const struct names_bus *bus, int index, struct names_found *out,
		  struct error *err)
{
	static const struct {
		const char *name, *type;
		int (*read)(sd_bus_message *reply, struct names_found *out);
	} properties[] = {
	    {"DNS", "a(iay)", read_servers},
	    {"Domains", "a(sb)", read_domains},
	    {"DefaultRoute", "b", read_default},
	};
	char *path;
	int result = 0;

	*out = (struct names_found){.nservers = 0};
	if (find_link(bus, index, &path, err) != 0)
		return explain_link(index, err);
	for (size_t i = 0; result == 0 && i < sizeof properties / sizeof *properties; i++) {
		sd_bus_message *reply = NULL;
		int code;

		result = get_property(bus, path, properties[i].name, properties[i].type,
				      &reply, err);
		if (result == 0 && (code = properties[i].read(reply, out)) < 0)
			result = error_sys(err, -code, "systemd-resolved does not tell %s",
					   properties[i].name);
		sd_bus_message_unref(reply);
	}
	free(path);
	return result;
}

static int append_server(sd_bus_message *call, const struct ip_addr *addr)
{
	const size_t size = addr->family == AF_INET ? IPV4_BYTES : IPV6_BYTES;
	int code = sd_bus_message_open_container(call, 'r', "iay");

	if (code >= 0)
		code = sd_bus_message_append(call, "i", (int32_t)addr->family);
	if (code >= 0)
		code = sd_bus_message_append_array(call, 'y', addr->bytes, size);
	return code < 0 ? code : sd_bus_message_close_container(call);
}

static int add_servers(sd_bus_message *call, const struct link_names *names)
{
	int code = sd_bus_message_open_container(call, 'a', "(iay)");

	for (size_t i = 0; code >= 0 && i < names->nservers; i++)
		code = append_server(call, &names->servers[i].address);
	return code < 0 ? code : sd_bus_message_close_container(call);
}

static int add_domains(sd_bus_message *call, const struct link_names *names)
{
	int code = sd_bus_message_open_container(call, 'a', "(sb)");

	for (size_t i = 0; code >= 0 && i < names->ndomains; i++) {
		const char *const name = names->domains[i].name;

		code = sd_bus_message_append(call, "(sb)", domain_bare(name),
					     (int)domain_is_routed(name));
	}
	return code < 0 ? code : sd_bus_message_close_container(call);
}

/* Names of no domain go to other links, unless all are asked here. */
static int add_default(sd_bus_message *call, const struct link_names *names)
{
	return sd_bus_message_append(call, "b", (int)names_have_all(names));
}

static int add_nothing(sd_bus_message *call, const struct link_names *names)
{
	(void)call;
	(void)names;
	return 0;
}

static int call_link(const struct names_bus *bus, const char *method, int index,
		     const struct link_names *names,
		     int (*add)(sd_bus_message *call, const struct link_names *names),
		     struct error *err)
{
	sd_bus_message *call = NULL;
	int code = new_call(bus, method, &call);

	if (code >= 0 && index != 0)
		code = sd_bus_message_append(call, "i", index);
	if (code >= 0)
		code = add(call, names);
	return send_call(bus, call, code, method, NULL, err);
}

/* What was asked before is forgotten: a name that was not found then may be found now. */
int resolved_set(const struct names_bus *bus, int index, const struct link_names *names,
		 struct error *err)
{
	return call_link(bus, "SetLinkDNS", index, names, add_servers, err) == 0 &&
		       call_link(bus, "SetLinkDomains", index, names, add_domains, err) ==
			   0 &&
		       call_link(bus, "SetLinkDefaultRoute", index, names, add_default,
				 err) == 0 &&
		       call_link(bus, "FlushCaches", 0, names, add_nothing, err) == 0
		   ? 0
		   : explain_link(index, err);
}

int resolved_revert(const struct names_bus *bus, int index, struct error *err)
{
	if (call_link(bus, "RevertLink", index, NULL, add_nothing, err) != 0)
		return err->sys == ENODEV ? 0 : -1;
	return call_link(bus, "FlushCaches", 0, NULL, add_nothing, err);
}

static int owner_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)message;
	(void)error;
	*(bool *)userdata = true;
	return 0;
}

int resolved_watch(const struct names_bus *bus, bool *changed, struct error *err)
{
	int code = limit(bus);

	if (code >= 0)
		code = sd_bus_add_match(bus->bus, NULL, NAME_OWNER_RULE, owner_changed,
					changed);

	return code < 0 ? error_sys(err, -code, "cannot watch the system bus") : 0;
}
