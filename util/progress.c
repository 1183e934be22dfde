// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a long run is doing: a line on stderr, kept by a thread of its own, since
 * a pass may take long without a word.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <klp/arena.h>
#include <klp/term.h>

#define QUIET_NS 1000000000	/* nothing is said of what is over by then */

struct progress {
	pthread_t thread;
	pthread_mutex_t lock;	/* of what follows */
	pthread_cond_t news;
	const char *what, *shown;
	bool over, running;
};

static void show(struct progress *p)
{
	/* \r to the line's begin, CSI K clears it. */
	fprintf(stderr, "\r\033[Kklp: %s ...", p->what);
	fflush(stderr);
	p->shown = p->what;
}

static void *run(void *arg)
{
	struct progress *p = arg;
	struct timespec until;
	bool late = false;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += QUIET_NS / 1000000000;
	pthread_mutex_lock(&p->lock);
	while (!p->over) {
		if (late && p->what && p->what != p->shown)
			show(p);
		if (late)
			pthread_cond_wait(&p->news, &p->lock);
		else
			late = pthread_cond_timedwait(&p->news, &p->lock, &until) == ETIMEDOUT;
	}
	if (p->shown) {
		fprintf(stderr, "\r\033[K");
		fflush(stderr);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static void end(void *arg)
{
	struct progress *p = arg;

	if (!p->running)
		return;
	pthread_mutex_lock(&p->lock);
	p->over = true;
	pthread_cond_signal(&p->news);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->news);
	p->running = false;
}

struct progress *progress_begin(struct arena *arena)
{
	const char *term = getenv("TERM");
	struct progress *p;

	if (!isatty(STDERR_FILENO) || !term || !*term || !strcmp(term, "dumb"))
		return NULL;
	p = arena_alloc(arena, sizeof(*p));
	arena_defer(arena, end, p);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->news, NULL);
	p->running = !pthread_create(&p->thread, NULL, run, p);
	return p->running ? p : NULL;
}

void progress_stage(void *progress, const char *what)
{
	struct progress *p = progress;

	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->what = what;
	pthread_cond_signal(&p->news);
	pthread_mutex_unlock(&p->lock);
}

void progress_end(struct progress *p)
{
	if (p)
		end(p);
}
