// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What texts say of lines: formats of numbers, and texts that state a place in the source.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <klp/special.h>

/* ---- formats ---- */

/* Behind a conversion: flags, width, precision and length; *args: how many arguments it takes. */
static const char *conversion(const char *p, unsigned int *args)
{
	*args = 1;
	for (; *p && strchr("-+ #0123456789.*hljztL", *p); p++)
		*args += *p == '*';
	return p;
}

/* Is the text before a conversion one that announces a line: "%s:", "%s (", "line "? */
static bool announces(const char *fmt, const char *percent)
{
	size_t len = (size_t)(percent - fmt), n = 0;

	while (n < len && n < 3 && strchr(" :([,@-=#", percent[-1 - (long)n]))
		n++;
	len -= n;
	return n && ((len >= 2 && !memcmp(fmt + len - 2, "%s", 2)) ||
		     (len >= 4 && !memcmp(fmt + len - 3, "ine", 3) &&
		      (fmt[len - 4] == 'l' || fmt[len - 4] == 'L')));
}

bool special_prints_line(const char *fmt, unsigned int nr)
{
	unsigned int args;

	for (const char *p = strchr(fmt, '%'), *end; p && nr; p = strchr(end, '%')) {
		if (p[1] == '%') {
			end = p + 2;
			continue;
		}
		end = conversion(p + 1, &args);
		if (args >= nr)
			return args == 1 && (*end == 'd' || *end == 'u' || *end == 'i') &&
			       announces(fmt, p);
		nr -= args;
	}
	return false;
}

/* ---- texts ---- */

size_t special_before_number(const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] >= '0' && text[len - 1] <= '9')
		len--;
	return len;
}

bool special_ends_in_line(const char *text, const char *file, uint32_t line)
{
	size_t len = special_before_number(text), file_len = strlen(file);
	char number[sizeof("4294967295")];

	snprintf(number, sizeof(number), "%" PRIu32, line);
	return !strcmp(text + len, number) && file_len && len > file_len && text[len - 1] == ':' &&
	       !memcmp(text + len - 1 - file_len, file, file_len) &&
	       (len - 1 == file_len || text[len - 2 - file_len] == ' ');
}
