// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * List the livepatches of the running kernel, and the tasks that hold up a transition.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "internal.h"

const char *load_state_name(enum live_state state)
{
	static const char *const names[] = {
		[LIVE_ENABLED] = "enabled",   [LIVE_ENABLING] = "enabling",
		[LIVE_DISABLING] = "disabling", [LIVE_DISABLED] = "disabled",
		[LIVE_REPLACED] = "replaced",
	};

	return names[state];
}

static bool is_one(const char *text)
{
	return text && !strcmp(text, "1");
}

static bool is_dir(const struct machine *m, const char *path)
{
	struct stat st;

	return !lstat(arena_printf(m->arena, "%s%s", m->root, path), &st) && S_ISDIR(st.st_mode);
}

/* PATCHES/PATCH/OBJECT/FUNCTION,POSITION */
static void read_object(const struct machine *m, struct live_patch *p, const char *name)
{
	const char *dir = load_path(m, PATCHES "/*/*", p->name, name), *patched;
	const char **names;
	struct live_object *o;
	size_t nr;

	if (!is_dir(m, dir))
		return;
	p->objects = arena_grow(m->arena, p->objects, p->nr_objects, &p->cap_objects,
				sizeof(*p->objects));
	o = &p->objects[p->nr_objects++];
	o->name = name;
	patched = load_read_line(m, load_path(m, "*/patched", dir, NULL));
	o->patched = patched ? is_one(patched) : p->state != LIVE_DISABLED;
	names = load_names(m, dir, &nr);
	for (size_t i = 0; i < nr; i++) {
		const char *comma = strrchr(names[i], ',');

		if (!comma)
			continue;
		o->funcs = arena_grow(m->arena, o->funcs, o->nr_funcs, &o->cap_funcs,
				      sizeof(*o->funcs));
		o->funcs[o->nr_funcs++] = (struct live_func){
			.name = arena_strndup(m->arena, names[i], (size_t)(comma - names[i])),
			.pos = comma + 1,
		};
	}
}

static void read_patch(const struct machine *m, struct live_patch *p)
{
	const char *dir = load_path(m, PATCHES "/*", p->name, NULL), **names;
	bool enabled = is_one(load_read_line(m, load_path(m, "*/enabled", dir, NULL)));
	bool moves = is_one(load_read_line(m, load_path(m, "*/transition", dir, NULL)));
	size_t nr;

	p->state = enabled ? moves ? LIVE_ENABLING : LIVE_ENABLED :
		   moves   ? LIVE_DISABLING :
			     LIVE_DISABLED;
	p->replaces = is_one(load_read_line(m, load_path(m, "*/replace", dir, NULL)));
	names = load_names(m, dir, &nr);
	for (size_t i = 0; i < nr; i++)
		read_object(m, p, names[i]);
}

static struct live_patch *add(const struct machine *m, struct live_patch **patches, size_t *nr,
			      size_t *cap, const char *name)
{
	*patches = arena_grow(m->arena, *patches, *nr, cap, sizeof(**patches));
	(*patches)[*nr] = (struct live_patch){ .name = name, .state = LIVE_REPLACED };
	return &(*patches)[(*nr)++];
}

/* Modules that are livepatches (taint 'K') without being in the kernel's list any more. */
static void add_replaced(const struct machine *m, struct live_patch **patches, size_t *nr,
			 size_t *cap)
{
	size_t nr_modules;
	const char **modules = load_names(m, "/sys/module", &nr_modules);

	for (size_t i = 0; i < nr_modules; i++) {
		const char *taint =
			load_read_line(m, load_path(m, "/sys/module/*/taint", modules[i], NULL));

		if (taint && strchr(taint, 'K') &&
		    !load_exists(m, load_path(m, PATCHES "/*", modules[i], NULL)))
			add(m, patches, nr, cap, modules[i]);
	}
}

int load_list(const struct machine *m, struct live_patch **patches, size_t *nr)
{
	size_t nr_names, cap = 0;
	const char **names = load_names(m, PATCHES, &nr_names);

	*patches = NULL;
	*nr = 0;
	if (!load_exists(m, PATCHES))
		return load_refuse(m, PATCHES, "no-livepatch",
				   "there is no such folder: this kernel has no livepatching "
				   "(CONFIG_LIVEPATCH), or sysfs is not mounted");
	for (size_t i = 0; i < nr_names; i++)
		read_patch(m, add(m, patches, nr, &cap, names[i]));
	add_replaced(m, patches, nr, &cap);
	return 0;
}

/* ---- tasks ---- */

/* "[<0>] schedule+0x5a/0x110": one a line, of which only the name says something to people. */
static const char *read_stack(const struct machine *m, const char *dir)
{
	size_t size;
	const char *text = load_read_all(m, load_path(m, "*/stack", dir, NULL), &size);
	const char *stack = "";

	for (const char *at = text; at && *at;) {
		size_t len = strcspn(at, "\n");
		const char *name = memchr(at, ']', len);

		name = name ? name + 1 + (name[1] == ' ') : at;
		stack = arena_printf(m->arena, "%s%s%.*s", stack, *stack ? "\n" : "",
				     (int)(len - (size_t)(name - at)), name);
		at += len + (at[len] == '\n');
	}
	return text && *stack ? stack : NULL;
}

struct live_task *load_stalled(const struct machine *m, const struct live_patch *patch, size_t *nr)
{
	const char *target = patch->state == LIVE_ENABLING ? "1" : "0";
	struct live_task *list = NULL;
	size_t nr_pids, nr_tids, cap = 0;
	const char **pids = load_names(m, "/proc", &nr_pids), **tids;

	*nr = 0;
	for (size_t p = 0; p < nr_pids; p++) {
		if (pids[p][strspn(pids[p], "0123456789")])
			continue;
		tids = load_names(m, load_path(m, "/proc/*/task", pids[p], NULL), &nr_tids);
		for (size_t t = 0; t < nr_tids; t++) {
			const char *dir = load_path(m, "/proc/*/task/*", pids[p], tids[t]);
			const char *state =
				load_read_line(m, load_path(m, "*/patch_state", dir, NULL));

			/* -1: no transition is under way; the task may have ended, too. */
			if (!state || !*state || *state == '-' || !strcmp(state, target))
				continue;
			list = arena_grow(m->arena, list, *nr, &cap, sizeof(*list));
			list[(*nr)++] = (struct live_task){
				.pid = (pid_t)atoi(pids[p]),
				.tid = (pid_t)atoi(tids[t]),
				.name = load_read_line(m, load_path(m, "*/comm", dir, NULL)) ?: "?",
				.stack = read_stack(m, dir),
			};
		}
	}
	return list;
}
