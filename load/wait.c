// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wait for a transition: each task has to be seen where it runs no function that is replaced.
 *
 * Kernels since 5.1 send a signal of their own to the tasks that hold it up, every 15 seconds
 * (kernel/livepatch/transition.c: klp_try_complete_transition()); before, writing to the file
 * `signal` did.  Nothing here forces a transition: the file `force` is for whoever knows that a
 * task will never run what changed.
 */
#include <string.h>
#include <time.h>

#include "internal.h"

#define POLLS	  10	/* in a second */
#define POKE	  5	/* seconds between two pokes */
#define MAX_TASKS 8	/* that are told */

static bool is_done(const struct machine *m, const char *name, bool gone)
{
	const char *dir = load_path(m, PATCHES "/*", name, NULL), *moves;

	if (!load_exists(m, dir))
		return gone;
	moves = load_read_line(m, load_path(m, "*/transition", dir, NULL));
	return !gone && moves && !strcmp(moves, "0");
}

void load_tell_tasks(const struct machine *m, const char *name)
{
	struct live_patch patch = { .name = name, .state = LIVE_DISABLING };
	const char *enabled =
		load_read_line(m, load_path(m, PATCHES "/*/enabled", name, NULL));
	struct live_task *tasks;
	size_t nr;

	if (enabled && !strcmp(enabled, "1"))
		patch.state = LIVE_ENABLING;
	tasks = load_stalled(m, &patch, &nr);
	for (size_t i = 0; i < nr && i < MAX_TASKS; i++) {
		const char *stack = tasks[i].stack;

		diag_line(m->diag, "  %s (task %d of process %d)", tasks[i].name,
			  (int)tasks[i].tid, (int)tasks[i].pid);
		for (; stack && *stack; stack += strcspn(stack, "\n") + (strchr(stack, '\n') != NULL))
			diag_line(m->diag, "    %.*s", (int)strcspn(stack, "\n"), stack);
	}
	if (nr > MAX_TASKS)
		diag_line(m->diag, "  and %zu more", nr - MAX_TASKS);
	if (!nr)
		diag_line(m->diag,
			  "  no task that can be seen (/proc/PID/patch_state is for root)");
	diag_line(m->diag, "Run it again later, or with a longer --timeout");
}

bool load_wait(const struct machine *m, const char *name, bool gone)
{
	const struct timespec pause = { .tv_nsec = 1000000000 / POLLS };

	for (unsigned int n = 0; !is_done(m, name, gone); n++) {
		if (n >= m->timeout * POLLS)
			return false;
		if (n && n % (POKE * POLLS) == 0)
			load_write(m, load_path(m, PATCHES "/*/signal", name, NULL), "1");
		nanosleep(&pause, NULL);
	}
	return true;
}
