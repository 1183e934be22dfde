// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line: the table of subcommands, and the only place where
 * diagnostics are rendered.
 *
 * To add a subcommand: write cmd_<name>() in a builtin-<name>.c, declare it in
 * builtin/builtin.h, add a row to commands[], and follow the test that then fails
 * (tests/cases/builtin-completion): manual page, completions.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>

#include "builtin/builtin.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv, struct arena *arena, struct diag *diag);
	const char *help;
	int failed;		/* exit status where memory or standard output ends; 0: KLP_FAILED */
} commands[] = {
	{ "diff", cmd_diff, "make the livepatch object of two builds of a kernel object", 0 },
	{ "convert", cmd_convert, "make the livepatch relocations of a module written by hand", 0 },
	{ "symbols", cmd_symbols, "list the symbols of a kernel for convert", 0 },
	{ "post-link", cmd_post_link, "finish a linked livepatch module", 0 },
	{ "check", cmd_check, "check a livepatch: its form, its target, its meaning",
	  CHECK_FAILED },
	{ "checksum", cmd_checksum, "write or show the checksums of an object's functions", 0 },
	{ "kbuild", cmd_kbuild, "what klp-build asks about a kernel and its build", 0 },
	{ "load", cmd_load, "load a livepatch module and wait until it is enabled", 0 },
	{ "status", cmd_status, "list the livepatches of the running kernel", 0 },
	{ "unload", cmd_unload, "disable a livepatch and unload its module", 0 },
	{ "objtool", cmd_objtool, "what Linux' own build asks of objtool for livepatches", 255 },
	{ "symid", cmd_symid, "tie symbols of vmlinux.o to their addresses in vmlinux", 0 },
	{ NULL, NULL, NULL, 0 },
};

static const enum paint paints[] = {
	[DIAG_DEBUG] = PAINT_DIM,
	[DIAG_NOTE] = PAINT_CYAN,
	[DIAG_WARNING] = PAINT_YELLOW,
	[DIAG_ERROR] = PAINT_RED,
};

/* klp: patched.o: .text.foo+0x1c (foo): error: … */
static void render(const struct diag_item *item, bool colors)
{
	const struct diag_where *w = &item->where;

	fprintf(stderr, "klp: ");
	if (w->object) {
		term_put_name(stderr, w->object);
		fprintf(stderr, ": ");
	}
	if (w->section)
		term_put_name(stderr, w->section);
	if (w->section && w->has_offset)
		fprintf(stderr, "+%#llx", (unsigned long long)w->offset);
	if (w->symbol && *w->symbol) {
		fprintf(stderr, w->section ? " (" : "");
		term_put_name(stderr, w->symbol);
		fprintf(stderr, w->section ? ")" : "");
	}
	if (w->section || (w->symbol && *w->symbol))
		fprintf(stderr, ": ");
	fprintf(stderr, "%s%s:%s ", term_paint(colors, paints[item->severity]),
		diag_severity_name(item->severity), term_unpaint(colors));
	/* Its lines were made safe when it was recorded. */
	fputs(item->text, stderr);
	if (item->effect)
		fprintf(stderr, ": %s [%s]", item->effect, item->code);
	fprintf(stderr, "\n");
}

static void render_all(const struct diag *diag)
{
	bool colors = term_color_wanted(diag->color, stderr);

	/* Thousands of messages are one write each, not one for each character. */
	setvbuf(stderr, NULL, _IOFBF, BUFSIZ);
	for (size_t i = 0; i < diag->nr_items; i++)
		if (!diag->quiet || diag->items[i].severity >= DIAG_WARNING)
			render(&diag->items[i], colors);
	fflush(stderr);
	setvbuf(stderr, NULL, _IONBF, 0);
}

static int usage(FILE *to)
{
	fprintf(to, "usage: klp COMMAND [OPTIONS] FILES\n"
		    "\n"
		    "Makes Linux livepatches out of two builds of a kernel object.\n"
		    "\n");
	for (const struct command *c = commands; c->name; c++)
		fprintf(to, "  klp %-10s %s\n", c->name, c->help);
	fprintf(to, "\n'klp help COMMAND' tells a command's options.\n"
		    "Machines:");
	for (const struct arch *const *a = arch_all; *a; a++)
		fprintf(to, " %s", (*a)->name);
	fprintf(to, "\nExit status: 0 done, 1 refused or failed, 2 usage.\n");
	return to == stdout ? KLP_OK : KLP_USAGE;
}

/* One run: everything it allocates is in the arena, also when memory ends. */
static int run(const struct command *c, int argc, char **argv)
{
	struct arena arena;
	struct diag diag;
	int status;

	arena_init(&arena);
	if (setjmp(arena.oom)) {
		arena_free(&arena);
		fprintf(stderr, "klp: error: %s\n", arena.why ?: "out of memory");
		return c->failed ?: KLP_FAILED;
	}
	diag_init(&diag, &arena);
	status = c->run(argc, argv, &arena, &diag);
	fflush(stdout);	/* what it is about comes first, in a file too */
	render_all(&diag);
	arena_free(&arena);
	if (fflush(stdout) || ferror(stdout)) {
		fprintf(stderr, "klp: error: cannot write to standard output\n");
		return c->failed ?: KLP_FAILED;
	}
	return status;
}

static const struct command *find_command(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	fprintf(stderr, "klp: there is no command '");
	term_put_name(stderr, name);
	fprintf(stderr, "'\n");
	return NULL;
}

/* klp help COMMAND is klp COMMAND --help. */
static int help(const char *name)
{
	char *argv[] = { (char *)name, "--help", NULL };
	const struct command *c;

	if (!name)
		return usage(stdout);
	c = find_command(name);
	return c ? run(c, 2, argv) : usage(stderr);
}

/* A link called objtool, or words that only objtool knows. */
static bool is_objtool(int argc, char **argv)
{
	const char *slash = argc ? strrchr(argv[0], '/') : NULL;

	if (argc && !strcmp(slash ? slash + 1 : argv[0], "objtool"))
		return true;
	return argc > 1 && (!strcmp(argv[1], "klp") || !strcmp(argv[1], "--checksum") ||
			    !strcmp(argv[1], "--klp-symids"));
}

int cmd_klp(int argc, char **argv)
{
	const struct command *c;
	const char *name = argc > 1 ? argv[1] : NULL;

	/* A file that grows too large (ulimit -f) is an error like any other. */
	signal(SIGXFSZ, SIG_IGN);
	if (is_objtool(argc, argv))
		return run(find_command("objtool"), argc, argv);
	if (!name)
		return usage(stderr);
	if (!strcmp(name, "help"))
		return help(argc > 2 ? argv[2] : NULL);
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		return usage(stdout);
	if (!strcmp(name, "version") || !strcmp(name, "--version")) {
		printf("klp %s\n", KLP_VERSION);
		return KLP_OK;
	}
	c = find_command(name);
	return c ? run(c, argc - 1, argv + 1) : usage(stderr);
}
