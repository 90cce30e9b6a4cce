/* SPDX-License-Identifier: ISC */
#include "local/systemd_unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#include "agent/base/deadline.h"

#define SYSTEMD	      "org.freedesktop.systemd1"
#define SYSTEMD_PATH  "/org/freedesktop/systemd1"
#define SYSTEMD_ROOTS "unix:path=/run/systemd/private"

enum {
	UNIT_NAME_MAX = 64,
	/* Of one call, which only queues or reads something. */
	CALL_MS = 25000,
	MS_US = 1000,
	JOB_PATH_MAX = 128,
	RESULT_MAX = 32,
};

static void unit_name(const char *name, char buf[UNIT_NAME_MAX])
{
	snprintf(buf, UNIT_NAME_MAX, "vpn-connect@%s.service", name);
}

/* On failure there is nothing to close. */
static int connect_systemd(sd_bus **bus, struct error *err)
{
	int code = sd_bus_new(bus);

	if (code >= 0)
		code = sd_bus_set_address(*bus, SYSTEMD_ROOTS);
	if (code >= 0)
		code = sd_bus_set_method_call_timeout(*bus, (uint64_t)CALL_MS * MS_US);
	if (code >= 0)
		code = sd_bus_start(*bus);
	if (code >= 0)
		return 0;
	*bus = sd_bus_unref(*bus);
	return error_sys(err, -code, "cannot reach systemd");
}

static int read_state(sd_bus *bus, const char *path, struct unit_state *out)
{
	char *active = NULL;
	uint32_t pid = 0;
	int32_t status = 0;
	int code = sd_bus_get_property_string(bus, SYSTEMD, path, SYSTEMD ".Unit",
					      "ActiveState", NULL, &active);

	if (code >= 0)
		code = sd_bus_get_property_trivial(bus, SYSTEMD, path, SYSTEMD ".Service",
						   "MainPID", NULL, 'u', &pid);
	if (code >= 0)
		code = sd_bus_get_property_trivial(bus, SYSTEMD, path, SYSTEMD ".Service",
						   "ExecMainStatus", NULL, 'i', &status);
	if (code >= 0)
		*out = (struct unit_state){
		    .active =
			strcmp(active, "inactive") != 0 && strcmp(active, "failed") != 0,
		    .main_pid = (pid_t)pid,
		    .exit_status = status,
		};
	free(active);
	return code;
}

int unit_look(const char *name, struct unit_state *out, struct error *err)
{
	char unit[UNIT_NAME_MAX], *path = NULL;
	sd_bus *bus = NULL;
	int code;

	*out = (struct unit_state){.active = false};
	unit_name(name, unit);
	if (connect_systemd(&bus, err) != 0)
		return -1;
	code = sd_bus_path_encode(SYSTEMD_PATH "/unit", unit, &path);
	if (code >= 0)
		code = read_state(bus, path, out);
	free(path);
	sd_bus_flush_close_unref(bus);
	return code < 0 ? error_sys(err, -code, "systemd does not tell of %s", unit) : 0;
}

struct awaited {
	/* Of the job that was queued. */
	char job[JOB_PATH_MAX];
	/* "" until it is over. */
	char result[RESULT_MAX];
};

static int job_removed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct awaited *awaited = userdata;
	const char *job, *result;
	uint32_t id;

	(void)error;
	if (sd_bus_message_read(message, "uoss", &id, &job, NULL, &result) >= 0 &&
	    strcmp(job, awaited->job) == 0)
		snprintf(awaited->result, sizeof awaited->result, "%s", result);
	return 0;
}

static int queue_job(sd_bus *bus, const char *unit, enum unit_job job,
		     struct awaited *awaited, struct error *err)
{
	static const char *const methods[] = {"StartUnit", "StopUnit", "RestartUnit"};
	sd_bus_error refused = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	const char *path = "";
	int code = sd_bus_match_signal(bus, NULL, NULL, SYSTEMD_PATH, SYSTEMD ".Manager",
				       "JobRemoved", job_removed, awaited);

	if (code >= 0)
		code = sd_bus_call_method(bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager",
					  methods[job], &refused, &reply, "ss", unit,
					  "replace");
	if (code >= 0)
		code = sd_bus_message_read(reply, "o", &path);
	snprintf(awaited->job, sizeof awaited->job, "%s", path);
	if (code < 0)
		error_code(
		    err, -code, "systemd does not take %s of %s: %s", methods[job], unit,
		    refused.message != NULL ? refused.message : strerrordesc_np(-code));
	sd_bus_message_unref(reply);
	sd_bus_error_free(&refused);
	return code < 0 ? -1 : 0;
}

static int await_job(sd_bus *bus, const struct awaited *awaited, int64_t deadline,
		     struct error *err)
{
	while (awaited->result[0] == '\0') {
		const int64_t left = deadline - monotonic_ms();
		int code = sd_bus_process(bus, NULL);

		if (code == 0 && left <= 0)
			return error_code(err, ETIMEDOUT, "it takes long");
		if (code == 0)
			code = sd_bus_wait(bus, (uint64_t)left * MS_US);
		if (code < 0 && code != -EINTR)
			return error_sys(err, -code, "systemd is gone");
	}
	return strcmp(awaited->result, "done") == 0
		   ? 0
		   : error_set(err, "its unit says: %s", awaited->result);
}

int unit_run(const char *name, enum unit_job job, int64_t deadline, struct error *err)
{
	struct awaited awaited = {.job = ""};
	char unit[UNIT_NAME_MAX];
	sd_bus *bus = NULL;
	int result;

	unit_name(name, unit);
	if (connect_systemd(&bus, err) != 0)
		return -1;
	result = queue_job(bus, unit, job, &awaited, err);
	if (result == 0 && deadline != 0)
		result = await_job(bus, &awaited, deadline, err);
	sd_bus_flush_close_unref(bus);
	return result;
}

/* What it changes is in /etc; systemd reads that when it is told to. */
static int enable(sd_bus *bus, const char *unit, sd_bus_error *refused)
{
	const char *const units[] = {unit, NULL};
	const int for_good = false, replacing = false;
	sd_bus_message *call = NULL;
	int code = sd_bus_message_new_method_call(bus, &call, SYSTEMD, SYSTEMD_PATH,
						  SYSTEMD ".Manager", "EnableUnitFiles");

	if (code >= 0)
		code = sd_bus_message_append_strv(call, (char **)units);
	if (code >= 0)
		code = sd_bus_message_append(call, "bb", for_good, replacing);
	if (code >= 0)
		code = sd_bus_call(bus, call, 0, refused, NULL);
	if (code >= 0)
		code = sd_bus_call_method(bus, SYSTEMD, SYSTEMD_PATH, SYSTEMD ".Manager",
					  "Reload", refused, NULL, NULL);
	sd_bus_message_unref(call);
	return code;
}

int unit_enable(const char *name, struct error *err)
{
	sd_bus_error refused = SD_BUS_ERROR_NULL;
	char unit[UNIT_NAME_MAX];
	sd_bus *bus = NULL;
	int code;

	unit_name(name, unit);
	if (connect_systemd(&bus, err) != 0)
		return -1;
	code = enable(bus, unit, &refused);
	if (code < 0)
		error_code(err, -code, "systemd does not enable %s: %s", unit,
			   refused.message != NULL ? refused.message
						   : strerrordesc_np(-code));
	sd_bus_error_free(&refused);
	sd_bus_flush_close_unref(bus);
	return code < 0 ? -1 : 0;
}
