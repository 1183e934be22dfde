// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a change of Makefiles does: "make -n" of their folder is asked before and after it, in one
 * and the same tree, so that commands that did not change are the same text.
 *
 * That make is asked here as it was when the kernel was built (compiler, ARCH, what KCFLAGS had)
 * is not believed: what is made without the change has to be made by the words with which the
 * kernel's build made it.
 */
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kbuild.h>
#include <klp/text.h>

/* fs/proc/new.o is made of fs/proc/new.c, not of the headers that its command names, too. */
static const char *source_of(const struct kbuild_target *t)
{
	const char *dot = strrchr(t->name, '.');

	for (size_t i = 0; dot && i < t->nr_sources; i++)
		if (!strncmp(t->sources[i], t->name, (size_t)(dot - t->name) + 1))
			return t->sources[i];
	return NULL;
}

static bool is_object(const struct kbuild_target *t)
{
	size_t len = strlen(t->name);

	return len > 2 && !strcmp(t->name + len - 2, ".o") && source_of(t);
}

static bool is_module(const struct kbuild_target *t)
{
	size_t len = strlen(t->name);

	return len > 4 && !strcmp(t->name + len - 4, ".mod");
}

/* ---- as the kernel's build did it? ---- */

/* The next word that is neither a path nor part of one: both builds have their own folders. */
static const char *pathless_word(struct kbuild_words *words)
{
	const char *word;

	while ((word = kbuild_word(words)) != NULL)
		if (!words->is_operator && !strchr(word, '/') && !starts_with(word, "-I"))
			break;
	return word;
}

/* The first word of the kernel's command that this one has not in its place; NULL: none. */
static const char *unlike(const char *command, const char *kernels, struct arena *arena)
{
	struct kbuild_words a = { .at = command, .arena = arena };
	struct kbuild_words b = { .at = kernels, .arena = arena };
	const char *word_a, *word_b;

	do {
		word_a = pathless_word(&a);
		word_b = pathless_word(&b);
	} while (word_a && word_b && !strcmp(word_a, word_b));
	return word_a || word_b ? word_b ?: word_a : NULL;
}

/* Of the kernel's: the target's command, or NULL if it was not made. */
static const char *kernels_command(struct kbuild_compare *c, const struct kbuild_target *t)
{
	const struct kbuild_target *theirs;

	if (!c->kernel)
		return kbuild_command(c->build, t->name, c->before.arena);
	theirs = kbuild_index_find(c->kernel, t->name);
	return theirs ? theirs->command : NULL;
}

static void add_difference(struct kbuild_compare *c, const char *what,
			   const struct kbuild_target *t, const char *more, const char *source)
{
	if (c->nr == c->cap)
		c->found = arena_grow(c->before.arena, c->found, c->nr, &c->cap, sizeof(*c->found));
	c->found[c->nr++] = (struct kbuild_difference){ what, t->name, more ?: "", source ?: "" };
}

static void check_kernels(struct kbuild_compare *c, const struct kbuild_target *t)
{
	const char *theirs = kernels_command(c, t), *word;

	if (!theirs) {
		add_difference(c, "absent", t, NULL, NULL);
		return;
	}
	word = unlike(t->command, theirs, c->before.arena);
	if (word)
		add_difference(c, "unlike", t, word, NULL);
}

/* ---- before and after ---- */

static bool is_same_into(const struct kbuild_target *a, const struct kbuild_target *b)
{
	return !strcmp(a->into ?: "", b->into ?: "");
}

static void compare_target(struct kbuild_compare *c, const struct kbuild_target *t)
{
	const struct kbuild_target *after = kbuild_index_find(&c->after, t->name);

	if (is_module(t) && !after)
		add_difference(c, "no-module", t, NULL, NULL);
	if (kbuild_is_list(t->name))
		return;
	if (is_object(t))
		check_kernels(c, t);
	if (!after)
		add_difference(c, "gone", t, t->into, source_of(t));
	else if (strcmp(after->command, t->command))
		add_difference(c, "other", t, t->into, t->into ? source_of(t) : NULL);
	else if (!is_same_into(t, after))
		add_difference(c, "moved", after, after->into, NULL);
}

int kbuild_compare(struct kbuild_compare *c, const char *before, const char *after,
		   const char *source, struct arena *arena, struct diag *diag)
{
	int err = kbuild_index_part(&c->before, before, source, c->below, arena, diag);

	if (!err)
		err = kbuild_index_part(&c->after, after, source, c->below, arena, diag);
	if (err)
		return err;
	for (size_t i = 0; i < c->before.nr; i++)
		compare_target(c, &c->before.targets[i]);
	for (size_t i = 0; i < c->after.nr; i++) {
		const struct kbuild_target *t = &c->after.targets[i];

		if (kbuild_index_find(&c->before, t->name))
			continue;
		if (is_module(t))
			add_difference(c, "module", t, NULL, NULL);
		else if (is_object(t))
			add_difference(c, t->into ? "new" : "apart", t, t->into, source_of(t));
		else if (!kbuild_is_list(t->name) && t->nr_sources)
			add_difference(c, "other", t, NULL, NULL);
	}
	return 0;
}
