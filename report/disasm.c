// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Disassemble with another program, such as objdump: it gets an object with nothing in it but
 * the instructions in question, each in a section of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <klp/arch.h>
#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/elf.h>
#include <klp/text.h>

#include "internal.h"

#define PATIENCE_MS 5000
#define OUTPUT_MAX  (1 << 20)
#define SECTION	    "klp."	/* and the item's number */

static void remove_file(void *path)
{
	unlink(path);
}

/* The object to disassemble, in a temporary file; NULL if it cannot be written. */
static const char *write_object(const struct elf *like, const struct disasm *items, size_t nr,
				struct arena *arena)
{
	const char *dir = getenv("TMPDIR");
	char *path = arena_printf(arena, "%s/klp-disasm-XXXXXX", dir && *dir ? dir : "/tmp");
	int fd = mkstemp(path);
	struct elf *elf;
	struct diag unheard;

	if (fd < 0)
		return NULL;
	close(fd);
	arena_defer(arena, remove_file, path);
	elf = elf_new(like, arena);
	for (size_t i = 0; i < nr; i++) {
		struct elf_sec *sec;

		if (!items[i].len)
			continue;
		sec = elf_add_sec(elf, arena_printf(arena, SECTION "%zu", i), SHT_PROGBITS,
				  SHF_ALLOC | SHF_EXECINSTR, 1, 0);
		elf_add_data(elf, sec, items[i].bytes, items[i].len, 1, 0);
		sec->addr = items[i].addr > 0 ? (uint64_t)items[i].addr : 0;
	}
	diag_init(&unheard, arena);
	return elf_write(elf, path, &unheard) ? NULL : path;
}

/* ---- the program ---- */

struct child {
	pid_t pid;
	int out;	/* what it prints */
};

static void child_main(const char *program, const char *path, int out)
{
	char *argv[] = { (char *)program, "-d", "--no-show-raw-insn", (char *)path, NULL };
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0)
		_exit(127);
	setenv("LC_ALL", "C", 1);
	execvp(program, argv);
	_exit(127);
}

static int start(struct child *c, const char *program, const char *path)
{
	int fds[2];

	if (pipe(fds))
		return -1;
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	c->out = fds[0];
	c->pid = fork();
	if (!c->pid)
		child_main(program, path, fds[1]);
	close(fds[1]);
	if (c->pid > 0)
		return 0;
	close(fds[0]);
	return -1;
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* All that the child prints, as long as patience lasts; how much.  *done: it came to its end. */
static size_t read_child(const struct child *c, char *buf, size_t size, bool *done)
{
	int64_t end = now_ms() + PATIENCE_MS, left;
	size_t n = 0;

	*done = false;
	while (n < size && (left = end - now_ms()) > 0) {
		struct pollfd p = { .fd = c->out, .events = POLLIN };
		ssize_t got;

		if (poll(&p, 1, (int)left) <= 0)
			continue;
		got = read(c->out, buf + n, size - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			*done = !got;
			break;
		}
		n += (size_t)got;
	}
	return n;
}

/* The program's output on the object, or NULL. */
static char *run_objdump(const char *program, const char *path, struct arena *arena)
{
	char *buf = arena_alloc(arena, OUTPUT_MAX + 1);
	struct child c;
	int status;
	bool done;
	size_t n;

	if (start(&c, program, path))
		return NULL;
	n = read_child(&c, buf, OUTPUT_MAX, &done);
	close(c.out);
	if (!done)
		kill(c.pid, SIGKILL);
	while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
		;
	buf[n] = '\0';
	return done && WIFEXITED(status) && !WEXITSTATUS(status) ? buf : NULL;
}

/* ---- its output ---- */

/* Drop the program's remarks on a destination or a number: "<…>", "# …", "// …" */
static bool is_remark(const char *s)
{
	return *s == '<' || starts_with(s, "# ") || starts_with(s, "//");
}

/* Blanks in a row become one; remarks go. */
static const char *tidy(struct arena *arena, const char *line, size_t len)
{
	char *text = arena_alloc(arena, len + 1), *to = text;

	for (size_t i = 0; i < len && !is_remark(line + i); i++) {
		bool blank = line[i] == ' ' || line[i] == '\t';

		if (!blank)
			*to++ = line[i];
		else if (to != text && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
	return text;
}

/*
 * Both kinds print "Disassembly of section klp.3:", maybe a label, and "  1c:\tnop".
 * True if there was any instruction.
 */
static bool parse(char *out, struct disasm *items, size_t nr, struct arena *arena)
{
	struct disasm *item = NULL;
	bool any = false;

	for (char *line = strtok(out, "\n"); line; line = strtok(NULL, "\n")) {
		const char *name = strstr(line, "section " SECTION);
		char *end;

		if (name) {
			size_t i = strtoul(name + strlen("section " SECTION), NULL, 10);

			item = i < nr ? &items[i] : NULL;
			continue;
		}
		strtoull(line, &end, 16);
		if (!item || item->text || end == line || *end != ':')
			continue;
		item->text = tidy(arena, end + 1, strlen(end + 1));
		any = true;
	}
	return any;
}

void report_disassemble(const struct elf *like, const struct arch *arch, struct disasm *items,
			size_t nr, struct arena *arena)
{
	const char *chosen = getenv("OBJDUMP");
	const char *programs[] = { "objdump", arch->objdump, "llvm-objdump", NULL };
	const char *path = NULL;

	if (chosen && *chosen) {
		programs[0] = chosen;
		programs[1] = NULL;
	}
	for (size_t i = 0; i < nr && !path; i++)
		if (items[i].len)
			path = write_object(like, items, nr, arena);
	for (size_t i = 0; path && programs[i]; i++) {
		char *out = run_objdump(programs[i], path, arena);

		if (out && parse(out, items, nr, arena))
			break;
	}
}
