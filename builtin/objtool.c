// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * klp objtool: what Linux' own build asks of objtool for livepatches, with objtool's words and
 * exit statuses, so that a link called objtool can take its place there.  For example,
 * scripts/livepatch/klp-build calls "objtool klp diff orig.o patched.o out.o", and kbuild "objtool
 * --klp-symids --link vmlinux.o" with KLP_SYMIDS=1 (tools/objtool/builtin-klp.c, builtin-check.c).
 * All else that objtool does is left to objtool.
 */
#include <stdio.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/text.h>

#include "builtin.h"

/* Exit statuses of objtool: most of its functions return -1; its options are git's. */
enum {
	OBJTOOL_FAILED = 255,
	OBJTOOL_USAGE = 129,
	OBJTOOL_NO_COMMAND = 1,
};

static const char text[] =
	"usage: klp objtool klp COMMAND [OPTIONS] FILES\n"
	"       klp objtool --checksum [OPTIONS] FILE.o\n"
	"       klp objtool --klp-symids --link VMLINUX.o\n"
	"\n"
	"What Linux' own build asks of objtool for livepatches.  A link called objtool\n"
	"needs no \"objtool\" here, and klp klp, --checksum and --klp-symids mean the same.\n"
	"\n"
	"  klp checksum           write a checksum for each function and object\n"
	"  klp diff               make the livepatch object of two builds\n"
	"  klp post-link          finish a linked livepatch module\n"
	"\n"
	"  --checksum             as klp checksum\n"
	"  --debug-checksum NAME[,NAME...]\n"
	"                         tell where checksums come from\n"
	"  --dry-run              write nothing\n"
	"  --klp-symids           write ids of symbols that share their names\n"
	"  --link                 what the file is: klp sees for itself\n"
	"  --module               likewise\n"
	"  --color WHEN           auto (on a terminal), always, never\n"
	"  -h, --help             this text\n"
	"\n"
	"Exit status: 0 done, 255 refused or failed, 129 usage, 1 no command.\n";

/* The words for one of klp's commands, in place of those for objtool. */
struct words {
	char **v;
	int nr;
};

static void add(struct words *w, const char *word)
{
	w->v[w->nr++] = (char *)word;
}

static int as_objtool(int status)
{
	switch (status) {
	case KLP_OK:
		return 0;
	case KLP_USAGE:
		return OBJTOOL_USAGE;
	default:
		return OBJTOOL_FAILED;
	}
}

static int run_diff(struct words *w, char **words, struct arena *arena, struct diag *diag)
{
	add(w, "diff");
	add(w, "--klp-build");
	add(w, "--no-objtool-tables");
	for (; *words; words++) {
		bool debug = !strcmp(*words, "-d") || !strcmp(*words, "--debug-correlate") ||
			     !strcmp(*words, "--debug-clone");

		add(w, debug ? "--debug" : *words);
	}
	return as_objtool(cmd_diff(w->nr, w->v, arena, diag));
}

/* Words of objtool that say what a file is, which klp sees for itself. */
static bool says_what_file(const char *word)
{
	return !strcmp(word, "--link") || !strcmp(word, "--module");
}

static int run_checksum(struct words *w, char **words, struct arena *arena, struct diag *diag)
{
	add(w, "checksum");
	add(w, "--klp-build");
	for (; *words; words++)
		if (strcmp(*words, "--checksum") && !says_what_file(*words))
			add(w, *words);
	return as_objtool(cmd_checksum(w->nr, w->v, arena, diag));
}

static int run_post_link(struct words *w, char **words, struct arena *arena, struct diag *diag)
{
	add(w, "post-link");
	for (; *words; words++)
		add(w, *words);
	return cmd_post_link(w->nr, w->v, arena, diag) ? OBJTOOL_FAILED : 0;
}

static bool is_vmlinux_o(const char *path)
{
	static const char name[] = "vmlinux.o";
	size_t len = strlen(path);

	return len >= strlen(name) && !strcmp(path + len - strlen(name), name);
}

/* Only vmlinux.o gets ids: modules have their positions in their own tables. */
static int run_symids(struct words *w, char **words, struct arena *arena, struct diag *diag)
{
	const char *file = NULL;

	add(w, "symid");
	for (; *words; words++) {
		if (!strcmp(*words, "--klp-symids") || says_what_file(*words))
			continue;
		if (**words != '-')
			file = *words;
		add(w, *words);
	}
	if (file && w->nr == 2 && !is_vmlinux_o(file))
		return 0;
	return as_objtool(cmd_symid(w->nr, w->v, arena, diag));
}

static bool has_word(char **words, const char *word)
{
	for (; *words; words++)
		if (!strcmp(*words, word))
			return true;
	return false;
}

/* Beside these, no action of objtool's is asked for. */
static bool is_action(const char *word)
{
	static const char *const others[] = { "--checksum",
					      "--klp-symids",
					      "--link",
					      "--module",
					      "--dry-run",
					      "--debug-checksum",
					      "--debug-checksum=*",
					      "--color",
					      "--color=*",
					      "--help",
					      "-h" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (text_matches(word, others[i]))
			return false;
	return *word == '-';
}

static int refuse(const char *word, struct diag *diag)
{
	struct diag_where where = { 0 };

	diag_error(diag, &where, "objtool",
		   "%s: of objtool's work, klp does what is for livepatches alone (klp checksum, "
		   "klp diff, klp post-link, --checksum, --klp-symids): call the kernel's own "
		   "tools/objtool/objtool for the rest",
		   word);
	return OBJTOOL_FAILED;
}

static int usage(FILE *to, int status)
{
	fputs(text, to);
	return status;
}

static int run_klp(struct words *w, char **words, struct arena *arena, struct diag *diag)
{
	if (*words && !strcmp(*words, "diff"))
		return run_diff(w, words + 1, arena, diag);
	if (*words && !strcmp(*words, "checksum"))
		return run_checksum(w, words + 1, arena, diag);
	if (*words && !strcmp(*words, "post-link"))
		return run_post_link(w, words + 1, arena, diag);
	if (*words && (!strcmp(*words, "--help") || !strcmp(*words, "-h")))
		return usage(stdout, 0);
	return usage(stderr, OBJTOOL_NO_COMMAND);
}

int cmd_objtool(int argc, char **argv, struct arena *arena, struct diag *diag)
{
	/* Two words are added at most, and the command; the last is NULL. */
	struct words w = { arena_calloc(arena, (size_t)argc + 4, sizeof(*w.v)), 0 };
	char **words = argv + 1;

	if (*words && !strcmp(*words, "klp"))
		return run_klp(&w, words + 1, arena, diag);
	for (char **word = words; *word; word++)
		if (is_action(*word))
			return refuse(*word, diag);
	if (has_word(words, "--help") || has_word(words, "-h"))
		return usage(stdout, 0);
	if (has_word(words, "--checksum"))
		return run_checksum(&w, words, arena, diag);
	if (has_word(words, "--klp-symids"))
		return run_symids(&w, words, arena, diag);
	return usage(stderr, OBJTOOL_USAGE);
}
