// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's log and taint: what a case must not leave there.
 */
#include "guest-init.h"

#define LOG_SIZE (1 << 18)
/* arguments of syslog(2) */
#define LOG_READ  3
#define LOG_CLEAR 5

char *read_log(bool clear)
{
	char *raw = malloc(LOG_SIZE), *out = malloc(LOG_SIZE), *to = out;
	long n = my_syscall3(__NR_syslog, LOG_READ, raw, LOG_SIZE - 1);

	/* "<6>[ time] text": without the level */
	for (char *s = raw, *end = raw + (n > 0 ? n : 0); s < end;) {
		if (*s == '<')
			while (s < end && *s++ != '>')
				;
		while (s < end && (*to++ = *s++) != '\n')
			;
	}
	*to = 0;
	if (clear)
		my_syscall3(__NR_syslog, LOG_CLEAR, 0, 0);
	return out;
}

static bool holds(const char *s, const char *what)
{
	size_t len = strlen(what);

	for (; *s; s++)
		if (!strncmp(s, what, len))
			return true;
	return false;
}

static bool bad_line(const char *line)
{
	static const char *const signs[] = {
		"WARNING:", "BUG:", "Oops", "Call Trace", "Internal error", "Unable to handle",
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (holds(line, signs[i]))
			return true;
	return false;
}

void no_splat(const char *allowed, char *log)
{
	struct text block = { 0 }, why = { 0 };
	bool inside = false;
	int seen = 0;
	char *end;

	for (char *line = log; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = 0;
		if (holds(line, "[ cut here ]")) {
			inside = true;
			block.len = 0;
		}
		if (inside)
			complain(&(struct io){ NULL, &block }, line, "");
		else if (bad_line(line))
			complain(&(struct io){ NULL, &why }, line, "");
		if (!inside || !holds(line, "end trace"))
			continue;
		inside = false;
		if (*allowed && regex_found(allowed, block.s))
			seen++;
		else
			text_add(&why, block.s, block.len);
	}
	if (inside)
		text_add(&why, block.s, block.len);
	if (*allowed && seen != 1)
		complain(&(struct io){ NULL, &why }, "expected splat seen, times: ", itoa(seen));
	report("log", !why.len, &why);
}

/* K (livepatch), O (out of tree), E (not signed) are what tests do; W only after
 * an announced warning */
void no_taint(bool warned)
{
	char *now = file_text("/proc/sys/kernel/tainted");
	long allowed = 32768 | 4096 | 8192 | (warned ? 512 : 0);
	struct text why = { 0 };

	text_puts(&why, "taint ");
	text_puts(&why, now);
	report("taint", *now && !(atol(now) & ~allowed), &why);
}
