/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KLP_UTF8_H
#define KLP_UTF8_H

#include <stddef.h>

/*
 * The length of the character at s, of which avail bytes exist; 0 if it is not
 * UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
static inline size_t utf8_len(const unsigned char *s, size_t avail)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (!len || s[0] > 0xf4 || len > avail)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

#endif
