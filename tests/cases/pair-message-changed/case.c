// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of a message of NL_SET_ERR_MSG() changed: it is a constant, which nothing but the
 * function reads that has it.  The copy has the new one, and the kernel's stays.  Any other
 * constant that changed has its place in the kernel, to which others may hold pointers.
 */
#include "kernel.h"

struct ack {
	const char *msg;
};

extern void trace(const char *msg);

#ifdef PATCHED
#define TEXT "attribute is too long for this"
#define SAME "attribute was missing"
#else
#define TEXT "attribute is too long"
#define SAME "attribute is missing!"
#endif

#define SET_MSG(ack, text)                     \
	do {                                   \
		static const char __msg[] = text; \
		trace(__msg);                  \
		if (ack)                       \
			ack->msg = __msg;      \
	} while (0)

int longer(int n, struct ack *ack)
{
	if (n > 3)
		SET_MSG(ack, TEXT);
	return exported(n);
}

int as_long(int n, struct ack *ack)
{
	if (n > 3)
		SET_MSG(ack, SAME);
	return exported(n);
}

int unchanged(int n, struct ack *ack)
{
	if (n > 5)
		SET_MSG(ack, "no change");
	return exported(n);
}

#ifdef TABLE
int other(int n, struct ack *ack)
{
	static const char other_text[] = TEXT;

	if (n > 7)
		ack->msg = other_text;
	trace(other_text);
	return exported(n);
}
#endif
