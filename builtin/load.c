// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp load, klp status, klp unload: options, and how the list is printed.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/json.h>
#include <klp/load.h>
#include <klp/term.h>

#include "builtin.h"

#define TIMEOUT 60
#define TIMEOUT_MAX 86400

struct load_args {
	const char *root, *timeout;
	bool json;
};

#define AT(member) offsetof(struct load_args, member)

#define ROOT_ROW                                                            \
	{ "root", 0, "DIR", OPTION_WORD, AT(root), { 0 },                   \
	  "look at DIR/sys and DIR/proc instead of the running kernel,\n"   \
	  "into which nothing is loaded then" }
#define TIMEOUT_ROW                                                         \
	{ "timeout", 0, "SECONDS", OPTION_WORD, AT(timeout), { 0 },         \
	  "how long to wait for the transition; default: 60" }

static const struct option_row change_rows[] = { TIMEOUT_ROW, ROOT_ROW, { .name = NULL } };

static const struct option_row status_rows[] = {
	{ "json", 0, NULL, OPTION_FLAG, AT(json), { 0 }, "print it for programs" },
	ROOT_ROW,
	{ .name = NULL },
};

static const struct usage load_usage = {
	.what = "load [--timeout SECONDS] MODULE.ko\n"
		"\n"
		"Load a livepatch module into the running kernel, if it was made for its build,\n"
		"and wait until all tasks run the new code.  Where that does not come about, the\n"
		"tasks that hold it up are told, and it is taken back.\n",
	.rows = change_rows,
	.status = "Exit status: 0 enabled, 1 refused or taken back, 2 usage.\n",
	.min_files = 1,
	.max_files = 1,
};

static const struct usage unload_usage = {
	.what = "unload [--timeout SECONDS] NAME\n"
		"\n"
		"Disable a livepatch of the running kernel, wait until no task runs its code, and\n"
		"unload its module.  Where that does not come about, the tasks that hold it up\n"
		"are told, and it is enabled again.\n",
	.rows = change_rows,
	.status = "Exit status: 0 unloaded, 1 failed, 2 usage.\n",
	.min_files = 1,
	.max_files = 1,
};

static const struct usage status_usage = {
	.what = "status [--json] [NAME]...\n"
		"\n"
		"List the livepatches of the running kernel: their states, what they replace, and\n"
		"which tasks hold up a transition.\n",
	.rows = status_rows,
	.status = "Exit status: 0 listed, 1 a NAME is not there, or failed, 2 usage.\n",
	.min_files = 0,
	.max_files = INT_MAX,
};

/* False: it is no number of seconds. */
static bool fill_machine(struct machine *m, const struct load_args *args, struct arena *arena,
			 struct diag *diag)
{
	char *end = NULL;
	unsigned long seconds = args->timeout ? strtoul(args->timeout, &end, 10) : TIMEOUT;

	*m = (struct machine){ .root = args->root ?: "", .arena = arena, .diag = diag };
	m->timeout = (unsigned int)seconds;
	if (!args->timeout || (*args->timeout >= '0' && *args->timeout <= '9' && !*end &&
			       seconds <= TIMEOUT_MAX))
		return true;
	diag_error(diag, NULL, "usage", "--timeout %s: a number of seconds up to %d is expected",
		   args->timeout, TIMEOUT_MAX);
	return false;
}

int cmd_load(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct load_args args = { 0 };
	struct machine m;
	int status;

	if (!builtin_parse_options(&load_usage, argc, argv, arena, diag, &args, &status))
		return status;
	if (!fill_machine(&m, &args, arena, diag))
		return KLP_USAGE;
	if (load_module(&m, argv[optind]))
		return KLP_FAILED;
	printf("%s: enabled\n", term_safe(arena, argv[optind]));
	return KLP_OK;
}

int cmd_unload(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct load_args args = { 0 };
	struct machine m;
	int status;

	if (!builtin_parse_options(&unload_usage, argc, argv, arena, diag, &args, &status))
		return status;
	if (!fill_machine(&m, &args, arena, diag))
		return KLP_USAGE;
	if (load_unload(&m, argv[optind]))
		return KLP_FAILED;
	printf("%s: unloaded\n", term_safe(arena, argv[optind]));
	return KLP_OK;
}

/* ---- klp status ---- */

static bool is_moving(const struct live_patch *p)
{
	return p->state == LIVE_ENABLING || p->state == LIVE_DISABLING;
}

static void print_tasks(const struct machine *m, const struct live_patch *p)
{
	size_t nr;
	const struct live_task *tasks = load_stalled(m, p, &nr);

	if (!nr)
		printf("  no task that can be seen holds it up\n");
	for (size_t i = 0; i < nr; i++) {
		const char *stack = tasks[i].stack;

		printf("  held up by %s (task %d of process %d)\n",
		       term_safe(m->arena, tasks[i].name), (int)tasks[i].tid, (int)tasks[i].pid);
		for (; stack && *stack; stack += strcspn(stack, "\n") + (strchr(stack, '\n') != NULL))
			printf("    %s\n", term_safe(m->arena, arena_strndup(m->arena, stack,
									   strcspn(stack, "\n"))));
	}
}

static void print_object(const struct machine *m, const struct live_object *obj)
{
	printf("  %s%s\n", term_safe(m->arena, obj->name), obj->patched ? "" : " (not patched)");
	for (size_t f = 0; f < obj->nr_funcs; f++) {
		const char *pos = obj->funcs[f].pos;
		bool first = !strcmp(pos, "0") || !strcmp(pos, "1");

		printf("    %s%s%s\n", term_safe(m->arena, obj->funcs[f].name), first ? "" : ",",
		       first ? "" : term_safe(m->arena, pos));
	}
}

static void print_patch(const struct machine *m, const struct live_patch *p)
{
	printf("%s: %s\n", term_safe(m->arena, p->name), load_state_name(p->state));
	for (size_t o = 0; o < p->nr_objects; o++)
		print_object(m, &p->objects[o]);
	if (is_moving(p))
		print_tasks(m, p);
}

static void json_tasks(const struct machine *m, const struct live_patch *p, struct json *j)
{
	size_t nr;
	const struct live_task *tasks = load_stalled(m, p, &nr);

	json_begin(j, "tasks", '[');
	for (size_t i = 0; i < nr; i++) {
		json_begin(j, NULL, '{');
		json_int(j, "pid", tasks[i].pid);
		json_int(j, "tid", tasks[i].tid);
		json_string(j, "name", tasks[i].name);
		json_string(j, "stack", tasks[i].stack);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void json_patch(const struct machine *m, const struct live_patch *p, struct json *j)
{
	json_begin(j, NULL, '{');
	json_string(j, "name", p->name);
	json_string(j, "state", load_state_name(p->state));
	json_bool(j, "replaces", p->replaces);
	json_begin(j, "objects", '[');
	for (size_t o = 0; o < p->nr_objects; o++) {
		const struct live_object *obj = &p->objects[o];

		json_begin(j, NULL, '{');
		json_string(j, "name", obj->name);
		json_bool(j, "patched", obj->patched);
		json_begin(j, "functions", '[');
		for (size_t f = 0; f < obj->nr_funcs; f++) {
			json_begin(j, NULL, '{');
			json_string(j, "name", obj->funcs[f].name);
			json_int(j, "position", atoi(obj->funcs[f].pos));
			json_end(j, '}');
		}
		json_end(j, ']');
		json_end(j, '}');
	}
	json_end(j, ']');
	if (is_moving(p))
		json_tasks(m, p, j);
	json_end(j, '}');
}

static bool is_wanted(const struct live_patch *p, char **names)
{
	for (size_t i = 0; names[i]; i++)
		if (!strcmp(names[i], p->name))
			return true;
	return !names[0];
}

/* A name that was given and is not there. */
static int check_names(const struct live_patch *patches, size_t nr, char **names, struct diag *diag)
{
	int status = KLP_OK;

	for (size_t n = 0; names[n]; n++) {
		bool found = false;

		for (size_t i = 0; i < nr && !found; i++)
			found = !strcmp(names[n], patches[i].name);
		if (found)
			continue;
		diag_error(diag, &(struct diag_where){ .object = names[n] }, "not-loaded",
			   "no livepatch of that name is loaded");
		status = KLP_FAILED;
	}
	return status;
}

int cmd_status(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	struct load_args args = { 0 };
	struct live_patch *patches;
	struct json j = { .arena = arena, .empty = true };
	struct machine m;
	int status;
	size_t nr;

	if (!builtin_parse_options(&status_usage, argc, argv, arena, diag, &args, &status))
		return status;
	if (!fill_machine(&m, &args, arena, diag))
		return KLP_USAGE;
	if (load_list(&m, &patches, &nr))
		return KLP_FAILED;
	if (args.json) {
		json_begin(&j, NULL, '{');
		json_begin(&j, "patches", '[');
	}
	for (size_t i = 0; i < nr; i++)
		if (is_wanted(&patches[i], argv + optind) && args.json)
			json_patch(&m, &patches[i], &j);
		else if (is_wanted(&patches[i], argv + optind))
			print_patch(&m, &patches[i]);
	if (args.json) {
		json_end(&j, ']');
		json_end(&j, '}');
		fwrite(j.text, 1, j.size, stdout);
		printf("\n");
	} else if (!nr) {
		printf("no livepatches\n");
	}
	return check_names(patches, nr, argv + optind, diag);
}
